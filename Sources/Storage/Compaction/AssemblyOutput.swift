import Model
import Platform

/// A timeline to be written.
struct AssemblyOutput {
    enum Content {
        /// Columns that stay on the rows of a timeline; `rows` tells which rows are kept, nil for all.
        case rows(timeline: Int, series: [UInt32], rows: [Bool]?)
        /// Columns with times of their own, supposed to be equal.
        case loose([LooseMember])
    }

    var key: UInt64
    var origin: Origin
    /// The lowest series number, which decides the order in the file.
    var firstSeries: UInt32
    var content: Content
}

/// A column with times of its own.
struct LooseMember {
    var series: UInt32
    /// The timeline it comes from; nil when it is merged from several.
    var source: Int?
}

/// Loose columns by origin and times.
struct LooseColumnPools {
    private struct Name: Hashable {
        var origin: Origin
        var count: Int
        var hash: UInt64
    }

    private var numbers: [Name: Int] = [:]
    /// In the order of their first columns.
    private var pools: [(origin: Origin, members: [LooseMember])] = []

    mutating func add(_ series: UInt32, _ times: [Int64], origin: Origin, source: Int?) {
        let hash = times.withUnsafeBytes { StableHash.hash($0) }
        let name = Name(origin: origin, count: times.count, hash: hash)
        if numbers[name] == nil {
            numbers[name] = pools.count
            pools.append((origin, []))
        }
        if let number = numbers[name] { pools[number].members.append(LooseMember(series: series, source: source)) }
    }

    func outputs() -> [AssemblyOutput] {
        pools.map { origin, members in
            let sorted = members.sorted { $0.series < $1.series }
            return AssemblyOutput(
                key: 0, origin: origin, firstSeries: sorted[0].series, content: .loose(sorted))
        }
    }
}
