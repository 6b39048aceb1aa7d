import Model
import PromQL

/// Something a query's answer should be read with. The texts are Prometheus's.
struct Annotation {
    /// What is wrong with the result.
    enum Severity {
        case warning
        case info
    }

    var severity: Severity
    /// Without the position; equal texts are one annotation.
    var text: String
    var position: TextRange
    /// Present when buckets had to be corrected.
    var correction: BucketCorrection?

    private init(_ severity: Severity, _ text: String, _ position: TextRange, correction: BucketCorrection? = nil) {
        self.severity = severity
        self.text = text
        self.position = position
        self.correction = correction
    }

    static func invalidQuantile(_ value: Double, at position: TextRange) -> Annotation {
        .init(
            .warning, "quantile value should be between 0 and 1, got \(AnnotationText.shortest(value))", position)
    }

    static func invalidRatio(_ value: Double, cappedTo limit: Double, at position: TextRange) -> Annotation {
        let given = AnnotationText.shortest(value)
        let capped = AnnotationText.shortest(limit)
        return .init(
            .warning, "ratio value should be between -1 and 1, got \(given), capping to \(capped)", position)
    }

    /// `metric`: empty where it is not known.
    static func badBucketLabel(_ value: String, metric: String, at position: TextRange) -> Annotation {
        .init(
            .warning,
            "bucket label \"le\" is missing or has a malformed value of \(GoText.quoted(value))" + naming(metric),
            position)
    }

    static func sortInRangeQuery(at position: TextRange) -> Annotation {
        .init(
            .warning, "sort is ineffective for range queries since results are always ordered by labels", position)
    }

    static func possibleNonCounter(_ name: String, at position: TextRange) -> Annotation {
        .init(
            .info,
            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \(GoText.quoted(name))",
            position)
    }

    static func forcedMonotonicity(_ correction: BucketCorrection, metric: String, at position: TextRange) -> Annotation
    {
        .init(
            .info,
            "input to histogram_quantile needed to be fixed for monotonicity (see "
                + "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + naming(metric),
            position, correction: correction)
    }

    private static func naming(_ metric: String) -> String {
        metric.isEmpty ? "" : " for metric name \(GoText.quoted(metric))"
    }
}

/// What was corrected in the buckets of classic histograms, over all steps and series.
struct BucketCorrection {
    var firstTime: Int64
    var lastTime: Int64
    var lowestBound: Double
    var highestBound: Double
    var largestDifference: Double
    var samples = 1

    mutating func merge(_ other: BucketCorrection) {
        firstTime = min(firstTime, other.firstTime)
        lastTime = max(lastTime, other.lastTime)
        lowestBound = min(lowestBound, other.lowestBound)
        highestBound = max(highestBound, other.highestBound)
        largestDifference = max(largestDifference, other.largestDifference)
        samples += other.samples
    }
}
