import Model

/// Label sets as the file has them: a JSON object, names in the order of the set.
enum LabelsJSON {
    static func text(_ labels: Labels) -> String {
        "{" + labels.array.map { quoted($0.name) + ":" + quoted($0.value) }.joined(separator: ",") + "}"
    }

    /// Nil for anything else.
    static func labels(_ text: String) -> Labels? {
        guard case .object(let members)? = try? JSONReader.read(Array(text.utf8)) else { return nil }
        var labels: [Label] = []
        for (name, value) in members {
            guard let value = value.string else { return nil }
            labels.append(Label(name, value))
        }
        return Labels(labels)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
