package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.audit.FileSink;
import dev.theca.broker.audit.FloodLimits;
import dev.theca.broker.audit.Sink;
import dev.theca.broker.audit.SyslogSink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [audit]}: how long records are kept, and where they go besides.
 *
 * @param retention empty: for ever
 * @param file of JSON lines; empty for none
 * @param files how many of them are kept
 * @param syslog {@code udp://host:port}, {@code tcp://host:port} or {@code unix:///path}; empty
 * @param flood how much of strangers is written record by record
 */
public record AuditSettings(
    Optional<Duration> retention,
    Optional<Path> file,
    long fileBytes,
    int files,
    Optional<URI> syslog,
    FloodLimits flood) {
  static Optional<AuditSettings> read(Fields fields) {
    var table = fields.table("audit");
    long days = table.number("retention_days", 0, 0, 36_500);
    String file = table.text("file", "");
    long bytes = table.number("file_bytes", 64 << 20, 1 << 16, 1L << 40);
    int files = (int) table.number("files", 10, 1, 1000);
    var usual = FloodLimits.DEFAULT;
    var flood =
        new FloodLimits(
            (int) table.number("records_per_address", usual.perAddress(), 0, 1_000_000),
            (int) table.number("records_per_minute", usual.perMinute(), 0, 10_000_000));
    String syslog = table.text("syslog", "");
    if (!syslog.matches("|(udp|tcp)://[^/]+:[0-9]{1,5}|unix:///.+"))
      table.wrong("syslog", "udp://HOST:PORT, tcp://HOST:PORT or unix:///PATH", "another text");
    fields.take(table);
    return Optional.of(
        new AuditSettings(
            days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days)),
            file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)),
            bytes,
            files,
            syslog.isEmpty() ? Optional.empty() : Optional.of(URI.create(syslog)),
            flood));
  }

  /** The sinks by their stable names. */
  public Map<String, Sink> sinks() throws IOException {
    var sinks = new LinkedHashMap<String, Sink>();
    if (file.isPresent()) sinks.put("file", new FileSink(file.get(), fileBytes, files));
    if (syslog.isPresent())
      sinks.put(
          "syslog", new SyslogSink(server(syslog.get()), InetAddress.getLocalHost().getHostName()));
    return sinks;
  }

  private static SyslogSink.Server server(URI uri) {
    return switch (uri.getScheme()) {
      case "udp" -> new SyslogSink.Server.Udp(uri.getHost(), uri.getPort());
      case "tcp" -> new SyslogSink.Server.Tcp(uri.getHost(), uri.getPort());
      default -> new SyslogSink.Server.Unix(Path.of(uri.getPath()));
    };
  }
}
