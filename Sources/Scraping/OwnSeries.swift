import Model

/// The series that tell how a target's scrapes went, in the order of `ActiveTarget.ownSeries`.
enum OwnSeries: String, CaseIterable {
    case up
    case duration = "scrape_duration_seconds"
    case scraped = "scrape_samples_scraped"
    case kept = "scrape_samples_post_metric_relabeling"
    case added = "scrape_series_added"

    func labels(of target: Target) -> Labels {
        var labels = LabelsBuilder(target.labels)
        labels.set(LabelNames.metric, rawValue)
        return labels.labels()
    }
}

/// What the own series say about one scrape.
struct ScrapeReport {
    var isUp: Bool
    /// Seconds.
    var duration: Double
    var samples = 0
    var addedSeries = 0

    /// In the order of `OwnSeries`.
    var values: [Double] { [isUp ? 1 : 0, duration, Double(samples), Double(samples), Double(addedSeries)] }
}
