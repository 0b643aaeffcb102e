package dev.theca.broker.http;

import dev.theca.wire.Outcome;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * TLS of a listener that is no {@link Front}: what {@link TlsSettings} name, loaded again when the
 * files change. Connections keep what they began with; new ones get what holds then.
 */
public final class ReloadedTls implements AutoCloseable {
  private final TlsFiles files;

  private ReloadedTls(TlsFiles files) {
    this.files = files;
  }

  /** Loads the files, or says what is wrong with them, and looks at them until it is closed. */
  public static Outcome<ReloadedTls> open(TlsSettings settings) {
    return TlsFiles.open(settings).map(ReloadedTls::new);
  }

  /** A context for servers whose engines have keys, authorities and parameters of the moment. */
  public SSLContext context() {
    return new TlsContext(files, () -> {});
  }

  /** The cipher suites that the settings leave. */
  public List<String> suites() {
    return List.of(files.get().parameters().getCipherSuites());
  }

  /** The versions that the settings leave. */
  public List<String> versions() {
    return List.of(files.get().parameters().getProtocols());
  }

  /** Reads the files again now; false when they do not load and the old ones stay. */
  public boolean reload() {
    return files.reload();
  }

  @Override
  public void close() {
    files.close();
  }
}
