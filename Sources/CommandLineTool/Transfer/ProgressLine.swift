import Platform
import Transfer

/// A bar that is drawn over itself on the error stream while a person looks at it. Not thread safe.
final class ProgressLine {
    private static let interval: UInt64 = 200_000_000
    private static let width = 30

    private let shell: Shell
    private let what: String
    private let start: UInt64
    private var lastDrawn: UInt64 = 0

    /// - Parameter what: what is being done: `Importing`.
    init(_ what: String, _ shell: Shell) {
        self.what = what
        self.shell = shell
        start = shell.clock.monotonicNanoseconds()
    }

    func show(_ progress: TransferProgress) {
        if !shell.showsProgress { return }
        let now = shell.clock.monotonicNanoseconds()
        if now - lastDrawn < Self.interval { return }
        lastDrawn = now
        let filled = Int(progress.fraction * Double(Self.width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        shell.error(
            "\r\(what) [\(bar)] \(Int(progress.fraction * 100))%  \(progress.samples) samples  "
                + "\(rate(progress.samples))/s ")
    }

    /// Wipes the bar away.
    func end() {
        if shell.showsProgress && lastDrawn > 0 { shell.error("\r\u{1b}[K") }
    }

    /// Samples per second since the beginning.
    func rate(_ samples: Int) -> String { ShortNumber.text((Double(samples) / max(seconds, 1e-9)).rounded()) }

    var seconds: Double { Double(shell.clock.monotonicNanoseconds() - start) / 1e9 }
}
