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
    /// Of samples with one time the one with the lowest age wins: in order before late, then the older source.
    let age: Int
    /// Late samples: never rows for others.
    let isLate: Bool
    let times: [Int64]
    private let sources: [AssemblySource]
    /// First row of each source.
    private let starts: [Int]

    /// Sources must be in order and not overlap.
    init(key: UInt64, origin: Origin, age: Int, isLate: Bool = false, sources: [AssemblySource]) throws {
        self.key = key
        self.origin = origin
        self.age = age
        self.isLate = isLate
        self.sources = sources
        var times: [Int64] = []
        var starts: [Int] = []
        for source in sources {
            starts.append(times.count)
            times += try source.times()
        }
        self.times = times
        self.starts = starts
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
            try sources[Int(place.source)].readColumn(Int(place.place), into: cells + starts[Int(place.source)])
        }
    }
}

/// A column with times of its own.
struct LooseColumn {
    var times: [Int64] = []
    var values: [Double] = []
}
