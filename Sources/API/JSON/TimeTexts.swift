/// What stands in front of the values of a series, made once for all series with the same times.
struct TimeTexts {
    /// A time and what is around it; the last byte is the length.
    typealias Text = SIMD32<UInt8>

    /// Of the last series.
    private var times: [Int64] = []
    private var texts: [Text] = []

    @inline(__always) static func length(of text: Text) -> Int { Int(text[31]) }

    /// Calls `body` with the texts if the series before had the same list of times.
    mutating func withTexts(of times: [Int64], _ body: (UnsafeBufferPointer<Text>?) -> Void) {
        if !isKnown(times) {
            self.times = times
            texts.removeAll(keepingCapacity: true)
            return body(nil)
        }
        if texts.isEmpty { makeTexts() }
        texts.withUnsafeBufferPointer(body)
    }

    /// The same list, not an equal one: that is known without a look at the times.
    private func isKnown(_ times: [Int64]) -> Bool {
        times.withUnsafeBufferPointer { asked in
            self.times.withUnsafeBufferPointer { $0.baseAddress == asked.baseAddress && $0.count == asked.count }
        }
    }

    private mutating func makeTexts() {
        var clock = SampleJSON.SecondsText()
        texts.reserveCapacity(times.count)
        for time in times {
            var text = Text()
            let length = withUnsafeMutableBytes(of: &text) { bytes in
                bytes.baseAddress.map {
                    SampleJSON.putOpening(time, &clock, $0.assumingMemoryBound(to: UInt8.self))
                } ?? 0
            }
            text[31] = UInt8(length)
            texts.append(text)
        }
    }
}
