import Configuration
import Exposition
import HTTP
import Model
import Platform
import Telemetry

/// From an answer to stored samples: all samples of a scrape, the ends of series that have vanished and the
/// target's own series are one commit.
extension ScrapeLoop {
    /// Why a scrape failed; the text is the target's last error.
    private struct ScrapeFailure: Error {
        var text: String
        /// Of a page that was read and then refused.
        var samples = 0
    }

    /// A line cache that nothing was committed from for so long is dropped: the store may have let go of
    /// its series.
    private static let longestUnusedCache: Int64 = 30 * 60 * 1000
    /// Series that the store refused are offered again after so long.
    private static let refusalPatience: Int64 = 60 * 1000

    func store(
        _ outcome: Result<FetchedPage, HTTPClientError>, of active: ActiveTarget, _ scrape: PendingScrape
    ) {
        let known = reader.knownLines
        let unknown = reader.unknownLines
        do throws(ScrapeFailure) {
            let refused = try storePage(try page(of: outcome), active, scrape)
            if active.health == .down { logger.info("scrape works again", Self.fields(active)) }
            active.health = .up
            if !refused.isEmpty, refused != active.lastError {
                logger.warn("series of a scrape were refused", Self.fields(active, refused))
            }
            active.lastError = refused
        } catch {
            storeFailure(error, active, scrape)
        }
        metrics.knownLines.add(reader.knownLines - known)
        metrics.unknownLines.add(reader.unknownLines - unknown)
    }

    private func page(of outcome: Result<FetchedPage, HTTPClientError>) throws(ScrapeFailure) -> ByteBuffer {
        switch outcome {
        case .failure(let error):
            if error.isOverLimit { metrics.bodySizeLimit.add() }
            throw ScrapeFailure(text: error.description)
        case .success(let page):
            if page.status != 200 { throw ScrapeFailure(text: "server returned HTTP status \(page.statusText)") }
            let media = page.contentType.split(separator: ";").first?.lowercased() ?? ""
            if media.isEmpty {
                throw ScrapeFailure(text: "the target sent no Content-Type; text/plain is wanted")
            }
            if media.trimmingBlanks != "text/plain" {
                throw ScrapeFailure(
                    text: "the target sent Content-Type \(GoText.quoted(page.contentType)); text/plain is wanted")
            }
            return page.body
        }
    }

    /// Returns why some series were refused; empty when none was.
    private func storePage(
        _ page: ByteBuffer, _ active: ActiveTarget, _ scrape: PendingScrape
    ) throws(ScrapeFailure) -> String {
        if !active.cache.isEmpty, scrape.time - active.lastSuccess > Self.longestUnusedCache {
            forgetPage(of: active)
        }
        let new = try readPage(page, active)
        let report = ScrapeReport(
            isUp: true, duration: duration(of: scrape), samples: reader.samples,
            addedSeries: reader.addedSeries - new.refused)
        let reason = new.refused > 0 ? new.reason : active.refusal?.reason
        let refused = reason == nil ? 0 : reader.removeRefused()
        var parts = [scrapedPart(active, scrape.time)]
        if !reader.stamped.values.isEmpty {
            parts.append(
                AppendBatch.Part(
                    origin: active.stampedOrigin, time: scrape.time, times: reader.stamped.times,
                    references: reader.stamped.references, values: reader.stamped.values))
        }
        let isWhole = try append(parts, report, active, scrape.time)
        reader.commit(to: &active.cache)
        active.isLive = true
        active.isReconciled = true
        active.lastSuccess = scrape.time
        // The next page asks again for what has left the store.
        if !isWhole { forgetPage(of: active) }
        guard let reason, refused > 0 else {
            active.refusal = nil
            return ""
        }
        keep(reason, of: active, scrape.time)
        return "\(refused) series refused: \(reason)"
    }

    /// What was refused stays so for a minute: a page of which nothing is known takes a hundred times as long.
    private func keep(_ reason: String, of active: ActiveTarget, _ time: Int64) {
        let since = active.refusal?.since ?? time
        active.refusal = (reason, since)
        if time - since >= Self.refusalPatience {
            active.refusal = nil
            forgetPage(of: active)
        }
    }

    /// Reads the page; series beyond the store's limits get no reference, and those that were not known as such are
    /// counted. The target's own limits refuse all of it.
    private func readPage(
        _ page: ByteBuffer, _ active: ActiveTarget
    ) throws(ScrapeFailure) -> (refused: Int, reason: String) {
        let merge = TargetLabelMerge(active.target)
        let limits = active.target.limits
        let mostSamples = limits.samples > 0 ? limits.samples : .max
        var unknown = 0
        var refused = 0
        var reason = ""
        do throws(PageError) {
            try reader.read(page, cache: active.cache, options: active.target.pages) { labels throws(AppendError) in
                // A page with too many samples is read to its end only to count them.
                unknown += 1
                if unknown > mostSamples { return .refused }
                let labels = merge.merge(labels)
                if let violation = limits.labels.violation(by: labels) {
                    metrics.labelLimits.add()
                    throw .labels(violation.text)
                }
                do throws(AppendError) { return try appender.reference(for: labels) } catch {
                    if !error.isOfOneSeries { throw error }
                    refused += 1
                    reason = error.description
                    return .refused
                }
            }
        } catch {
            throw ScrapeFailure(text: error.description)
        }
        if reader.samples > mostSamples {
            metrics.sampleLimit.add()
            throw ScrapeFailure(
                text: "sample limit exceeded (number of samples: \(reader.samples), limit: \(mostSamples))",
                samples: reader.samples)
        }
        return (refused, reason)
    }

    /// The page's samples without timestamps, and the end of the series that it no longer has.
    private func scrapedPart(_ active: ActiveTarget, _ time: Int64) -> AppendBatch.Part {
        let samples = reader.scraped
        var part = AppendBatch.Part(
            origin: active.scrapedOrigin, time: time, references: samples.references, values: samples.values)
        var ended: [SeriesReference] = []
        if active.isLive {
            ended = reader.vanished
        } else if !active.isReconciled {
            let present = Set(reader.tracked(in: active.cache))
            ended = appender.liveSeries(of: active.scrapedOrigin).filter { !present.contains($0) }
        }
        if !ended.isEmpty {
            part.references += ended
            part.values += repeatElement(.staleMarker, count: ended.count)
        }
        return part
    }

    /// Appends parts and the target's own series. False when the store has forgotten some of the series.
    @discardableResult private func append(
        _ parts: [AppendBatch.Part], _ report: ScrapeReport, _ active: ActiveTarget, _ time: Int64
    ) throws(ScrapeFailure) -> Bool {
        active.lastDuration = report.duration
        do throws(AppendError) {
            try resolveOwnSeries(active)
            let own = AppendBatch.Part(
                origin: active.ownOrigin, time: time, references: active.ownSeries, values: report.values)
            let parts = parts.filter { !$0.references.isEmpty } + [own]
            let outcome = try appender.append(AppendBatch(parts: parts), now: clock.wallMilliseconds())
            count(outcome, active)
            if outcome.forgotten > 0 { active.ownSeries = [] }
            return outcome.forgotten == 0
        } catch {
            active.ownSeries = []
            throw ScrapeFailure(text: error.description)
        }
    }

    private func resolveOwnSeries(_ active: ActiveTarget) throws(AppendError) {
        if !active.ownSeries.isEmpty { return }
        var references: [SeriesReference] = []
        for series in OwnSeries.allCases {
            references.append(try appender.reference(for: series.labels(of: active.target)))
        }
        active.ownSeries = references
    }

    private func count(_ outcome: AppendOutcome, _ active: ActiveTarget) {
        let outOfBounds = outcome.tooOld + outcome.tooFarAhead
        metrics.outOfOrder.add(outcome.outOfOrder)
        metrics.duplicate.add(outcome.duplicate)
        metrics.outOfBounds.add(outOfBounds)
        if outcome.outOfOrder + outcome.duplicate + outOfBounds > 0 {
            logger.debug(
                "samples were refused",
                [
                    "scrape_pool": active.target.pool, "target": active.target.url,
                    "out_of_order": "\(outcome.outOfOrder)",
                    "duplicate": "\(outcome.duplicate)", "out_of_bounds": "\(outOfBounds)",
                ])
        }
    }

    /// The next page counts as the target's first.
    func forgetPage(of active: ActiveTarget) {
        reader.forget(&active.cache)
        active.isLive = false
        active.isReconciled = false
    }

    private func duration(of scrape: PendingScrape) -> Double {
        Double(clock.monotonicNanoseconds() - scrape.began) / 1e9
    }

    // MARK: Failures and ends

    /// The first failure ends all live series of the target; every failure reports `up` as 0.
    private func storeFailure(_ failure: ScrapeFailure, _ active: ActiveTarget, _ scrape: PendingScrape) {
        let text = failure.text
        metrics.failures.add()
        if active.health != .down {
            logger.warn("scrape failed", Self.fields(active, text))
        } else {
            logger.debug("scrape failed", Self.fields(active, text))
        }
        active.health = .down
        active.lastError = text
        let report = ScrapeReport(isUp: false, duration: duration(of: scrape), samples: failure.samples)
        do throws(ScrapeFailure) {
            try append([endOfSeries(active, scrape.time)], report, active, scrape.time)
            active.isLive = false
            active.isReconciled = true
        } catch {
            if error.text != text { logger.error("failed scrape cannot be stored", Self.fields(active, error.text)) }
        }
    }

    /// Stale markers for the live series of the last page, or for those the store knows from before a
    /// restart.
    private func endOfSeries(_ active: ActiveTarget, _ time: Int64) -> AppendBatch.Part {
        var ended: [SeriesReference] = []
        if active.isLive {
            ended = PageReader.tracked(in: active.cache, active.target.pages)
        } else if !active.isReconciled {
            ended = appender.liveSeries(of: active.scrapedOrigin)
        }
        return AppendBatch.Part(
            origin: active.scrapedOrigin, time: time, references: ended,
            values: [Double](repeating: .staleMarker, count: ended.count))
    }

    /// Ends all series of a target, its own included.
    func markEnded(_ active: ActiveTarget, at time: Int64) {
        var parts = [endOfSeries(active, time)]
        parts.append(
            AppendBatch.Part(
                origin: active.ownOrigin, time: time, references: active.ownSeries,
                values: [Double](repeating: .staleMarker, count: active.ownSeries.count)))
        parts.removeAll { $0.references.isEmpty }
        active.isLive = false
        if parts.isEmpty { return }
        do throws(AppendError) {
            _ = try appender.append(AppendBatch(parts: parts), now: clock.wallMilliseconds())
        } catch {
            logger.error("the end of a target's series cannot be stored", Self.fields(active, error.description))
        }
    }

    private static func fields(_ active: ActiveTarget, _ error: String = "") -> KeyValuePairs<String, String> {
        error.isEmpty
            ? ["scrape_pool": active.target.pool, "target": active.target.url]
            : ["scrape_pool": active.target.pool, "target": active.target.url, "err": error]
    }
}

extension String {
    /// Without blanks at both ends.
    fileprivate var trimmingBlanks: Substring {
        let blanks: Set<Character> = [" ", "\t"]
        var rest = self[...]
        while let last = rest.last, blanks.contains(last) { rest.removeLast() }
        return rest.drop { blanks.contains($0) }
    }
}
