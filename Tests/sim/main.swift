import Platform

exitProcess(Simulation.run(Array(CommandLine.arguments.dropFirst())))
