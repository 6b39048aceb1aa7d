/// A strictly increasing sequence of times that its series share: its open group, and the groups that are
/// finished. Guarded as `Head` is.
final class Timeline {
    /// Index in the head, and the name in journal and group files.
    let id: UInt32
    /// Kept through head, blocks and compaction.
    let key: UInt64
    let origin: OriginTimelines
    var open: RowGroup?
    /// Groups before the open one that take fills but no rows, oldest first: those of senders that lag behind each
    /// other. None while no group is open.
    var closing: [RowGroup] = []
    /// Layout of the next group while none is open.
    var idleLayout: [UInt32] = []
    /// Columns of the last group that was cut; 0 when that was before the start.
    var lastColumns = 0
    /// Number of the next group.
    var nextNumber: UInt32 = 0
    /// Window of the last group.
    var lastWindow = Int64.min
    /// Time of the last row, one of the commit under way included.
    var lastTime = Int64.min
    /// Time of the last committed row.
    var committedTime = Int64.min
    /// Groups in memory that wait for sealing, oldest first.
    var frozen: [RowGroup] = []
    /// Oldest first.
    var sealed: [SealedGroup] = []

    init(id: UInt32, key: UInt64, origin: OriginTimelines) {
        self.id = id
        self.key = key
        self.origin = origin
    }

    /// Adds a group at its place in time; only one that was damaged in the file and came back from the
    /// journal is not the latest.
    func addSealed(_ group: SealedGroup) {
        var place = sealed.count
        while place > 0 && sealed[place - 1].firstTime > group.firstTime { place -= 1 }
        sealed.insert(group, at: place)
    }

    /// The row with exactly this time, if it takes samples.
    func openRow(at time: Int64) -> (group: RowGroup, row: Int)? {
        guard let open else { return nil }
        if let row = open.row(at: time) { return (open, row) }
        for group in closing.reversed() {
            if let row = group.row(at: time) { return (group, row) }
        }
        return nil
    }

    /// The commit under way has changed a group that takes samples.
    var isTouched: Bool { open?.isTouched == true || closing.contains { $0.isTouched } }

    /// Groups in memory, oldest first.
    var groupsInMemory: [RowGroup] { frozen + closing + [open].compactMap { $0 } }

    /// All series have left it; it may go on with others.
    var isIdle: Bool { open == nil && idleLayout.isEmpty }

    /// The column a series has or had in the present layout.
    func column(of reference: UInt32) -> Int? {
        (open?.layout ?? idleLayout).firstIndex { $0 & ~RowGroup.departed == reference }
    }

    /// Marks that a column's series has gone elsewhere, or is back.
    func setDeparted(_ isDeparted: Bool, column: Int) {
        if let open { return open.setDeparted(isDeparted, column: column) }
        idleLayout[column] = idleLayout[column] & ~RowGroup.departed | (isDeparted ? RowGroup.departed : 0)
    }
}
