import Platform

/// Writes HTML; whatever is not a literal of this program is escaped.
struct HTMLWriter {
    let buffer: ByteBuffer

    /// Markup.
    func raw(_ markup: StaticString) { buffer.append(markup) }

    /// Text between tags or within a quoted attribute.
    func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): buffer.append("&amp;")
            case UInt8(ascii: "<"): buffer.append("&lt;")
            case UInt8(ascii: ">"): buffer.append("&gt;")
            case UInt8(ascii: "\""): buffer.append("&quot;")
            case UInt8(ascii: "'"): buffer.append("&#39;")
            default: buffer.append(byte)
            }
        }
    }

    /// `<td class="…">text</td>`
    func cell(_ content: String, class name: StaticString = "") {
        raw("<td class=\"")
        raw(name)
        raw("\">")
        text(content)
        raw("</td>")
    }
}
