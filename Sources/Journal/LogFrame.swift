/// One whole frame as it was appended.
package struct LogFrame {
    /// The caller's kind, 0 to 127.
    package var kind: UInt8
    /// Uncompressed content. Of a frame that was stored plain it stays valid as long as the reader lives; of a
    /// compressed one until the reader's next frame.
    package var payload: UnsafeRawBufferPointer
    package var position: LogPosition
}
