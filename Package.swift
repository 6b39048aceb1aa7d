// swift-tools-version: 6.1
import PackageDescription

// The list of targets is the architecture: a target may import only what stands below it
// (docs/architecture.md). Every C library belongs to exactly one target.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

func library(_ name: String, apt package: String) -> Target {
    .systemLibrary(name: name, providers: [.apt([package])])
}

let package = Package(
    name: "apus",
    products: [.executable(name: "apus", targets: ["apus"])],
    targets: [
        // The binary and its composition root.
        .executableTarget(name: "apus", dependencies: ["CommandLineTool", "Platform"], swiftSettings: strict),
        room(
            "CommandLineTool",
            [
                "Server", "HTTP", "PromQL", "Transfer", "PrometheusBlocks", "Exposition", "Storage", "Catalog",
                "Configuration", "Model", "Telemetry", "Platform",
            ]),
        room(
            "Server",
            [
                "API", "WebUI", "HTTP", "Remote", "Scraping", "QueryEngine", "PromQL", "Storage", "Catalog",
                "Configuration", "Model", "Telemetry", "Platform",
            ]),
        room("API", ["HTTP", "QueryEngine", "PromQL", "Scraping", "Model", "Telemetry", "Platform"]),
        room("WebUI", ["HTTP", "QueryEngine", "PromQL", "Model", "Telemetry", "Platform"]),

        // What the server does.
        room("Scraping", ["HTTP", "Exposition", "Configuration", "Model", "Telemetry", "Platform"]),
        room("Transfer", ["PrometheusBlocks", "Exposition", "Model", "Platform"]),
        room("Remote", ["HTTP", "Compression", "Model", "Telemetry", "Platform"]),
        room("HTTP", ["CMicrohttpd", "CCurl", "Compression", "Model", "Telemetry", "Platform"]),
        room("QueryEngine", ["CShims", "PromQL", "Model", "Telemetry", "Platform"]),
        room("PromQL", ["Model"]),
        room("Storage", ["CShims", "Journal", "Chunks", "Compression", "Model", "Telemetry", "Platform"]),
        room("Catalog", ["SQLite", "Model", "Telemetry", "Platform"]),
        room("Configuration", ["CYAML", "PromQL", "Model"]),
        room("Exposition", ["Model", "Platform"]),

        // What it stands on.
        room("PrometheusBlocks", ["Chunks", "Compression", "Model", "Platform"]),
        room("Chunks", ["CShims", "Model", "Platform"]),
        room("Journal", ["Compression", "Platform"]),
        room("SQLite", ["CSQLite"]),
        room("Telemetry", ["Model", "Platform"]),
        room("Model", ["CRE2", "CShims", "Platform"]),
        room("Compression", ["CLZ4", "CZlib", "CZstd", "CSnappy", "Platform"]),
        room("Platform", ["CShims"]),

        // C.
        .target(name: "CShims", linkerSettings: [.linkedLibrary("stdc++")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
        .target(name: "CMicrohttpd", linkerSettings: [.linkedLibrary("microhttpd")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        library("CYAML", apt: "libyaml-dev"),
        library("CLZ4", apt: "liblz4-dev"),
        library("CZlib", apt: "zlib1g-dev"),
        library("CZstd", apt: "libzstd-dev"),
        library("CSnappy", apt: "libsnappy-dev"),
        library("CSQLite", apt: "libsqlite3-dev"),

        // Tests and measurements.
        .target(
            name: "TestSupport",
            dependencies: ["Model", "Platform", "Storage", "QueryEngine", "PromQL"],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("PlatformTests", ["Platform", "Compression", "Journal"]),
        tests("ModelTests", ["Model", "Telemetry"]),
        tests("ChunksTests", ["Chunks"]),
        tests("StorageTests", ["Storage", "Journal", "Chunks"]),
        tests("CatalogTests", ["Catalog", "SQLite"]),
        tests("PromQLTests", ["PromQL"]),
        tests("QueryEngineTests", ["QueryEngine"]),
        tests("ConformanceTests", ["QueryEngine", "Storage", "PromQL"], exclude: ["passing.txt"]),
        tests("ExpositionTests", ["Exposition"]),
        tests("ScrapingTests", ["Scraping", "HTTP", "Configuration"]),
        tests("ConfigurationTests", ["Configuration"]),
        tests("APITests", ["API", "WebUI", "HTTP", "QueryEngine", "Model", "Telemetry", "Platform"]),
        tests("RemoteTests", ["Remote", "HTTP", "Compression"]),
        tests("PrometheusBlocksTests", ["PrometheusBlocks", "Compression"]),
        tests("TransferTests", ["Transfer", "PrometheusBlocks", "Storage", "Telemetry"]),
        tests("ServerTests", ["Server", "CommandLineTool", "API", "HTTP"]),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Remote", "QueryEngine", "PromQL", "Storage", "Configuration", "Exposition", "Chunks", "Journal",
                "Telemetry", "Model", "Platform", "TestSupport",
            ],
            path: "Tests/fuzz/Targets", swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets"]),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Storage", "QueryEngine", "Exposition", "Chunks", "Journal", "Telemetry", "Model", "Platform",
                "TestSupport", "Workload", "PeerSupport",
            ],
            path: "Benchmarks/bench", swiftSettings: strict),
        .target(
            name: "Workload", dependencies: ["Model", "Platform"], path: "Benchmarks/Workload", swiftSettings: strict),
        .target(
            name: "PeerSupport", dependencies: ["Compression", "Platform"], path: "Benchmarks/PeerSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-peers", dependencies: ["PeerSupport", "Workload", "HTTP", "Model", "Platform", "Telemetry"],
            path: "Benchmarks/peers", swiftSettings: strict),
        .executableTarget(
            name: "compare", dependencies: ["PeerSupport", "PromQL", "Model", "TestSupport"], path: "Tests/compare",
            swiftSettings: strict),
        .executableTarget(
            name: "sim", dependencies: ["Storage", "Model", "Platform", "TestSupport"],
            path: "Tests/sim", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// `make fuzz` sets this: the driver links only when everything is built for libFuzzer.
if Context.environment["APUS_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/fuzz/Driver", swiftSettings: strict))
}
