import Configuration
import Model

extension RetentionLimits {
    /// As Prometheus shows it: `15d or 512MiB or 80%`.
    var text: String {
        var parts: [String] = []
        if time > 0 { parts.append(DurationText.text(time)) }
        if size > 0 { parts.append(ByteSizeText.text(size)) }
        if percentage > 0 { parts.append(FloatText.general(percentage) + "%") }
        return parts.joined(separator: " or ")
    }
}
