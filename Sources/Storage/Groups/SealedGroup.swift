/// Where a sealed row group lies. Guarded as `Head` is; readers take copies.
struct SealedGroup {
    let number: UInt32
    let rows: UInt32
    /// Start of the window, which names the file.
    let window: Int64
    /// Offset of the group in the file.
    let offset: Int
    let firstTime: Int64
    let lastTime: Int64
}
