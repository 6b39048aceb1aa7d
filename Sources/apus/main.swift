import CommandLineTool
import Platform

exitProcess(CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
