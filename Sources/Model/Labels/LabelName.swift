/// What may be a label or metric name.
package enum LabelName {
    /// `[a-zA-Z_][a-zA-Z0-9_]*`: needs no quotes in expressions.
    package static func isLegacy(_ name: String) -> Bool { isWord(name, colons: false) }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`: needs no quotes as a metric name.
    package static func isLegacyMetric(_ name: String) -> Bool { isWord(name, colons: true) }

    private static func isWord(_ name: String, colons: Bool) -> Bool {
        if name.isEmpty { return false }
        for (index, byte) in name.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                continue
            case UInt8(ascii: "0")...UInt8(ascii: "9") where index > 0: continue
            case UInt8(ascii: ":") where colons: continue
            default: return false
            }
        }
        return true
    }
}
