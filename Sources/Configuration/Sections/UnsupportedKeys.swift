/// Keys of Prometheus 3.14 that have no effect here yet. They are refused by name, so that nobody believes they work.
enum UnsupportedKeys {
    static let top: Set<String> = [
        "otlp", "remote_read", "remote_write", "runtime", "scrape_config_files", "tracing",
    ]

    static let global: Set<String> = scraping.union(["rule_query_offset"])

    static let scrape: Set<String> = scraping.union(client).union(discovery).union([
        "enable_compression", "fallback_scrape_protocol", "metric_relabel_configs",
        "native_histogram_bucket_limit", "native_histogram_min_bucket_factor", "relabel_configs",
    ])

    static let storage: Set<String> = ["exemplars"]
    static let tsdb: Set<String> = ["chunk_encoding", "stale_series_compaction_threshold"]

    /// In `global` and in each scrape configuration.
    private static let scraping: Set<String> = [
        "always_scrape_classic_histograms", "convert_classic_histograms_to_nhcb", "extra_scrape_metrics",
        "keep_dropped_targets", "metric_name_escaping_scheme", "metric_name_validation_scheme",
        "scrape_failure_log_file", "scrape_native_histograms", "scrape_protocols",
    ]

    private static let client: Set<String> = [
        "authorization", "basic_auth", "bearer_token", "bearer_token_file", "enable_http2", "follow_redirects",
        "http_headers", "no_proxy", "oauth2", "proxy_connect_header", "proxy_from_environment", "proxy_url",
        "tls_config",
    ]

    private static let discovery: Set<String> = Set(
        [
            "aws", "azure", "consul", "digitalocean", "dns", "docker", "dockerswarm", "ec2", "eureka", "file",
            "gce", "hetzner", "http", "ionos", "kubernetes", "kuma", "lightsail", "linode", "marathon", "nerve",
            "nomad", "oci", "openstack", "outscale", "ovhcloud", "puppetdb", "scaleway", "serverset", "stackit",
            "triton", "uyuni", "vultr",
        ].map { $0 + "_sd_configs" })
}
