import Configuration
import Platform
import QueryEngine
import Storage

extension ServerOptions {
    /// The data directory without slashes at the end.
    var directory: String {
        var path = dataDirectory
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// 15 days.
    private static let defaultRetention: Int64 = 15 * 86_400_000

    /// How much is kept: what the configuration says, else the flags, else 15 days.
    func retention(for configuration: ServerConfiguration) -> RetentionLimits {
        if let limits = configuration.storage.retention { return limits }
        var limits = RetentionLimits()
        limits.time = retentionTime
        limits.size = retentionSize
        if limits.time == 0 && limits.size == 0 { limits.time = Self.defaultRetention }
        return limits
    }

    /// The store's settings.
    func database(for configuration: ServerConfiguration) -> DatabaseOptions {
        var result = DatabaseOptions()
        switch sync {
        case .interval: result.sync = .interval(1000)
        case .always: result.sync = .always
        case .never: result.sync = .never
        }
        if let window = configuration.storage.outOfOrderWindow { result.outOfOrderWindow = window }
        let limits = retention(for: configuration)
        result.retention = limits.time > 0 ? limits.time : .max
        result.retentionBytes = Int(limits.size)
        result.retentionPercentage = limits.percentage
        result.retentionRules = configuration.storage.retentionRules
        result.seriesLimit = seriesLimit ?? result.seriesLimit
        result.seriesWarning = seriesWarning
        result.labelLimits = labelLimits
        result.isMemoryShort = { MemoryUse.current()?.isShort ?? false }
        result.owner =
            "apus, process \(CurrentProcess.identifier) on \(CurrentProcess.hostName), listening on "
            + addresses.joined(separator: ", ")
        return result
    }

    /// Bytes the heap may keep free for the next query: little beside what queries may take.
    var keptMemory: Int {
        let total = maxTotalMemory ?? EngineOptions().maxTotalMemory
        return min(max(total / 64, 256 << 10), 64 << 20)
    }

    func engine(for configuration: ServerConfiguration) -> EngineOptions {
        var result = EngineOptions()
        result.lookback = lookback
        result.timeout = queryTimeout
        result.maxSamples = maxSamples
        if let maxMemory { result.maxMemory = maxMemory }
        if let maxTotalMemory { result.maxTotalMemory = maxTotalMemory }
        result.cacheBytes = queryCacheBytes
        result.delaysNameRemoval = delaysNameRemoval
        result.threads = CurrentProcess.processorCount
        result.defaultSubqueryStep = configuration.global.evaluationInterval
        return result
    }
}
