import Model

/// Sources under one key, one after the other in time, as one run of rows.
struct AssemblyTimeline {
    /// A column in one of the sources.
    struct Place {
        var series: UInt32
        var source: Int32
        var place: Int32
    }

    let key: UInt64
    let origin: Origin
    /// Late samples: never rows for others.
    let isLate: Bool
    let times: [Int64]
    private let sources: [AssemblySource]
    /// First row of each source.
    private let starts: [Int]
    private let ages: [Int]

    /// Sources must be in order and not overlap. Of samples with one time that of the source with the lowest age wins:
    /// in order before late, then the older one.
    init(
        key: UInt64, origin: Origin, isLate: Bool = false, sources: [(rows: AssemblySource, age: Int)]
    ) throws {
        self.key = key
        self.origin = origin
        self.isLate = isLate
        self.sources = sources.map(\.rows)
        ages = sources.map(\.age)
        var times: [Int64] = []
        var starts: [Int] = []
        for source in sources {
            starts.append(times.count)
            times += try source.rows.times()
        }
        self.times = times
        self.starts = starts
    }

    /// The age of the row at a time.
    func age(at time: Int64) -> Int {
        var source = 0
        while source + 1 < starts.count && times[starts[source + 1]] <= time { source += 1 }
        return ages[source]
    }

    func forEachSeries(_ body: (UInt32) -> Void) {
        for source in sources { source.forEachColumn { series, _ in body(series) } }
    }

    /// All columns, by series and then by time.
    func places() -> [Place] {
        var places: [Place] = []
        for (index, source) in sources.enumerated() {
            source.forEachColumn { series, place in
                places.append(Place(series: series, source: Int32(index), place: Int32(place)))
            }
        }
        places.sort { ($0.series, $0.source) < ($1.series, $1.source) }
        return places
    }

    /// The columns of one series.
    func places(of series: UInt32) -> [Place] {
        sources.indices.compactMap { index in
            sources[index].place(of: series).map { Place(series: series, source: Int32(index), place: Int32($0)) }
        }
    }

    /// Writes a cell per row.
    func read(_ places: some Sequence<Place>, into cells: UnsafeMutablePointer<Double>) throws {
        cells.update(repeating: .absent, count: times.count)
        for place in places {
            let source = sources[Int(place.source)]
            let start = starts[Int(place.source)]
            try source.readColumn(Int(place.place), times: times[start..<start + source.rows], into: cells + start)
        }
    }
}

/// A column with times of its own.
struct LooseColumn {
    var times: [Int64] = []
    var values: [Double] = []
}
