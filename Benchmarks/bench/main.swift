/// `bench [limits|chunks|exposition|matching|index|storage|replay|restart|curve|packing|query|growth|stored ...] [R=ROWS]
/// [DIRECTORY]`: prints what the hot paths cost on this machine, all of them without arguments. R is the number of rows
/// after which the storage cuts groups.
let wanted = Set(CommandLine.arguments.dropFirst().filter { !$0.contains("/") && !$0.contains("=") })

func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }

if isWanted("limits") { limitBenchmarks() }
if isWanted("chunks") { chunkBenchmarks() }
if isWanted("exposition") { expositionBenchmarks() }
if isWanted("matching") { matchingBenchmarks() }
if isWanted("index") { indexBenchmarks() }
if isWanted("storage") { storageBenchmarks() }
if isWanted("replay") { replayBenchmarks() }
if isWanted("restart") { restartBenchmarks() }
if isWanted("curve") { curveBenchmarks() }
if isWanted("packing") { packingBenchmarks() }
if isWanted("query") { queryBenchmarks() }
if isWanted("growth") { growthBenchmarks() }
if isWanted("stored") { storedQueryBenchmarks() }
