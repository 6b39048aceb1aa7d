import QueryEngine

extension JSONWriter {
    /// What `stats` adds to an answer and the query log to a line; Prometheus's keys, seconds.
    mutating func statistics(_ statistics: QueryStatistics, _ report: QueryReport) {
        object { writer in
            writer.name("timings")
            writer.object { writer in
                writer.member("evalTotalTime", report.running)
                // Results are put in order while they are made.
                writer.member("resultSortTime", 0.0)
                writer.member("queryPreparationTime", statistics.preparation)
                writer.member("innerEvalTime", statistics.evaluation)
                writer.member("execQueueTime", report.queued)
                writer.member("execTotalTime", report.queued + report.running)
            }
            writer.name("samples")
            writer.object { writer in
                if !statistics.queryableSamplesByStep.isEmpty {
                    writer.name("totalQueryableSamplesPerStep")
                    writer.array { writer in
                        for (time, samples) in statistics.queryableSamplesByStep {
                            writer.array { writer in
                                writer.number(Double(time) / 1000)
                                writer.number(samples)
                            }
                        }
                    }
                }
                writer.member("totalQueryableSamples", statistics.queryableSamples)
                writer.member("peakSamples", statistics.peakSamples)
                writer.member("samplesRead", statistics.samplesRead)
                writer.member("seriesSelected", statistics.seriesSelected)
            }
        }
    }
}
