import HTTP
import Model
import Platform

/// Writes JSON values one after the other; puts the commas.
struct JSONWriter {
    let buffer: ByteBuffer
    private var needsComma = false

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    mutating func object(_ members: (inout JSONWriter) -> Void) { nested("{", "}", members) }
    /// An object of nothing but texts.
    mutating func object(_ members: KeyValuePairs<String, String>) {
        object { writer in
            for (name, value) in members { writer.member(name, value) }
        }
    }

    mutating func array(_ elements: (inout JSONWriter) -> Void) { nested("[", "]", elements) }

    /// The name of the member whose value follows.
    mutating func name(_ name: String) {
        separate()
        JSONText.write(name, to: buffer)
        buffer.append(":")
        needsComma = false
    }

    mutating func string(_ value: String) {
        separate()
        JSONText.write(value, to: buffer)
        needsComma = true
    }

    mutating func number(_ value: Double) {
        separate()
        FloatText.writeJSON(value, to: buffer)
        needsComma = true
    }

    mutating func number(_ value: Int) {
        separate()
        IntegerText.write(Int64(value), to: buffer)
        needsComma = true
    }

    /// `{"__name__":"up","job":"node"}`
    mutating func labels(_ labels: Labels) {
        separate()
        LabelsJSON.write(labels, to: buffer)
        needsComma = true
    }

    mutating func strings(_ values: [String]) {
        array { writer in
            for value in values { writer.string(value) }
        }
    }

    mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Double) {
        self.name(name)
        number(value)
    }

    mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        number(value)
    }

    private mutating func nested(_ open: StaticString, _ close: StaticString, _ content: (inout JSONWriter) -> Void) {
        separate()
        buffer.append(open)
        needsComma = false
        content(&self)
        buffer.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.append(",") }
    }
}
