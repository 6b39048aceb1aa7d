import Model

extension Head {
    /// Series whose newest sample lies in a timeline of the origin and is no stale marker, ascending.
    func liveSeries(of origin: Origin) -> [SeriesReference] {
        guard let found = origins[origin] else { return [] }
        var live: [SeriesReference] = []
        for timeline in found.timelines {
            for entry in timeline.open?.layout ?? timeline.idleLayout where entry & RowGroup.departed == 0 {
                if isLive(entry) { live.append(SeriesReference(entry)) }
            }
        }
        for stray in found.strays where !record(stray).pointee.hasColumn && isLive(stray) {
            live.append(SeriesReference(stray))
        }
        return Set(live).sorted()
    }

    private func isLive(_ reference: UInt32) -> Bool {
        let newest = newest(reference)
        return newest.time != .min && newest.bits != Cell.stale
    }
}
