import Model

/// Keeps or drops labels by name, working on the encoded form; what comes out is the encoded form of a label
/// set again, so it serves as key (grouping, matching) and as result.
struct LabelProjection {
    private let names: [[UInt8]]
    private let keeps: Bool
    private let texts: [String]

    /// What arithmetic and functions drop: name, type and unit say what the value meant before.
    static let nameless = LabelProjection(dropping: metadataNames)

    static let metadataNames = [LabelNames.metric, "__type__", "__unit__"]

    init(keeping names: [String]) {
        self.names = names.map { Array($0.utf8) }
        texts = names
        keeps = true
    }

    init(dropping names: [String]) {
        self.names = names.map { Array($0.utf8) }
        texts = names
        keeps = false
    }

    /// The labels an aggregation groups by. `isNameless`: the name counts as gone already.
    init(grouping names: [String], isWithout: Bool, isNameless: Bool = false) {
        if isWithout {
            self.init(dropping: names + (isNameless ? Self.metadataNames : [LabelNames.metric]))
        } else {
            self.init(keeping: isNameless ? names.filter { !Self.metadataNames.contains($0) } : names)
        }
    }

    /// The labels that decide which series of two sides belong together.
    /// `isNameless`: the name counts as gone already.
    init(matching isOn: Bool, _ names: [String], isNameless: Bool = false) {
        self.init(grouping: names, isWithout: !isOn, isNameless: isNameless)
    }

    /// It says which labels stay, not which go.
    var isKeeping: Bool { keeps }

    /// Nothing is ever left.
    var isEmpty: Bool { keeps && names.isEmpty }

    /// What tells the series of a selection apart by the labels that are left.
    func keys(of selection: any Selection) -> (any LabelKeys)? { selection.keys(of: texts, keeps: keeps) }

    /// The same for a part of the labels that are left.
    func keys(of names: [String], keeps: Bool, in selection: any Selection) -> (any LabelKeys)? {
        if self.keeps { return selection.keys(of: texts.filter { names.contains($0) == keeps }, keeps: true) }
        if !keeps { return selection.keys(of: names + texts, keeps: false) }
        return selection.keys(of: names.filter { !texts.contains($0) }, keeps: true)
    }

    /// Replaces the buffer's content with the encoded labels that are left.
    func project(_ labels: Labels, into buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: true)
        if isEmpty { return }
        labels.encoded.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let start = position
                let name = Labels.field(bytes, &position)
                _ = Labels.field(bytes, &position)
                if contains(name) == keeps { buffer.append(contentsOf: bytes[start..<position]) }
            }
        }
    }

    func labels(_ labels: Labels, _ buffer: inout [UInt8]) -> Labels {
        project(labels, into: &buffer)
        return buffer.count == labels.encoded.count ? labels : Labels(copying: buffer)
    }

    private func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        names.contains { candidate in
            candidate.count == name.count && candidate.withUnsafeBytes { Labels.compare($0, name) == 0 }
        }
    }
}
