import Model

/// The targets and how their last scrapes went.
struct TargetTable {
    let html: HTMLWriter
    /// Milliseconds.
    let now: Int64

    func write(_ targets: [TargetStatus]) {
        html.raw("<h2 id=\"targets\">Targets</h2>\n")
        if targets.isEmpty { return html.raw("<p class=\"note\">No targets are configured.</p>\n") }
        html.raw("<div class=\"scroll\"><table><tr><th>Job</th><th>Endpoint</th><th>State</th><th>Labels</th>")
        html.raw("<th class=\"number\">Last scrape</th><th class=\"number\">Took</th><th>Last error</th></tr>\n")
        for target in targets { write(target) }
        html.raw("</table></div>\n")
    }

    private func write(_ target: TargetStatus) {
        html.raw("<tr>")
        html.cell(target.scrapePool)
        html.raw("<td class=\"mono\"><a href=\"")
        html.text(target.scrapeURL)
        html.raw("\">")
        html.text(target.scrapeURL)
        html.raw("</a></td>")
        switch target.health {
        case .up: html.cell("up", class: "up")
        case .down: html.cell("down", class: "down")
        case .unknown: html.cell("unknown", class: "unknown")
        }
        html.cell(target.labels.description, class: "mono")
        let hasRun = target.lastScrape != 0
        html.cell(hasRun ? Self.age(now - target.lastScrape) : "never", class: "number")
        html.cell(hasRun ? Self.seconds(target.lastScrapeDuration) : "", class: "number")
        html.cell(target.lastError, class: "error")
        html.raw("</tr>\n")
    }

    /// `4.2 s ago`, `3 min ago`
    private static func age(_ milliseconds: Int64) -> String {
        let positive = max(milliseconds, 0)
        if positive < 60_000 { return "\(positive / 1000).\(positive / 100 % 10) s ago" }
        return positive < 3_600_000 ? "\(positive / 60_000) min ago" : "\(positive / 3_600_000) h ago"
    }

    private static func seconds(_ value: Double) -> String {
        FloatText.plain((value * 10_000).rounded() / 10) + " ms"
    }
}
