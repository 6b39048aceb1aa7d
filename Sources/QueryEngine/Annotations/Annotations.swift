import Model
import PromQL

/// The annotations of one query, each once.
struct Annotations: Sendable {
    /// As many of each kind as an answer shows.
    private static let shown = 10

    private var entries: [Annotation] = []
    private var indexes: [String: Int] = [:]

    mutating func add(_ annotation: Annotation) {
        guard let index = indexes[annotation.text] else {
            indexes[annotation.text] = entries.count
            entries.append(annotation)
            return
        }
        entries[index].position = annotation.position
        if let correction = annotation.correction { entries[index].correction?.merge(correction) }
    }

    /// Adds what came after these.
    mutating func merge(_ later: Annotations) {
        for annotation in later.entries { add(annotation) }
    }

    /// The texts with positions in the query's text.
    func texts(_ severity: Annotation.Severity, query: String) -> [String] {
        let (prefix, word) = severity == .warning ? ("PromQL warning: ", "warning") : ("PromQL info: ", "info")
        let all = entries.filter { $0.severity == severity }
        var texts = all.prefix(Self.shown).map { prefix + Self.text($0, query) }
        if all.count > Self.shown { texts.append("\(all.count - Self.shown) more \(word) annotations omitted") }
        return texts
    }

    private static func text(_ annotation: Annotation, _ query: String) -> String {
        let position = AnnotationText.position(annotation.position.start, in: query)
        guard let correction = annotation.correction else { return "\(annotation.text) (\(position))" }
        let lowest = AnnotationText.shortest(correction.lowestBound)
        let highest = AnnotationText.shortest(correction.highestBound)
        let difference = AnnotationText.twoDigits(correction.largestDifference)
        let first = AnnotationText.seconds(correction.firstTime)
        let last = AnnotationText.seconds(correction.lastTime)
        return "\(annotation.text), from buckets \(lowest) to \(highest), with a max diff of \(difference), "
            + "over \(correction.samples) samples from \(first) to \(last) (\(position))"
    }
}
