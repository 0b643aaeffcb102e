package dev.theca.broker.http;

import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** The TLS files of a listener, loaded, and loaded again when they change. */
final class TlsFiles implements Supplier<TlsContext.Current>, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.broker.http");

  private final TlsSettings settings;
  private final Thread looker;
  private volatile TlsContext.Current current;
  private volatile List<String> seen;

  private TlsFiles(TlsSettings settings, TlsContext.Current first, List<String> seen) {
    this.settings = settings;
    this.current = first;
    this.seen = seen;
    this.looker = Thread.ofVirtual().name("tls-files").unstarted(this::look);
  }

  static Outcome<TlsFiles> open(TlsSettings settings) {
    try {
      var seen = marks(settings);
      var files = new TlsFiles(settings, load(settings), seen);
      files.looker.start();
      return Outcome.granted(files);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return Outcome.refused(
          HttpCode.BAD_TLS_FILES,
          "TLS of the listener",
          "a certificate chain and its private key in PEM",
          words(e),
          "correct " + settings.certificate() + " and " + settings.key());
    }
  }

  @Override
  public TlsContext.Current get() {
    return current;
  }

  /** Loads what is there now; says false, and keeps what it has, when that does not load. */
  boolean reload() {
    try {
      var marks = marks(settings);
      current = load(settings);
      seen = marks;
      LOG.log(System.Logger.Level.INFO, "stage=tls outcome=reloaded file={0}", settings.key());
      return true;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=tls outcome=kept-old file={0} reason=\"{1}\"",
          settings.certificate(),
          words(e));
      return false;
    }
  }

  private void look() {
    var failed = List.<String>of();
    while (true) {
      try {
        Thread.sleep(settings.check());
        var marks = marks(settings);
        if (!marks.equals(seen) && !marks.equals(failed)) failed = reload() ? List.of() : marks;
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        // Files that are exchanged one after the other may be absent for a moment.
        LOG.log(System.Logger.Level.DEBUG, "stage=tls outcome=unreadable reason={0}", words(e));
      }
    }
  }

  private static String words(Exception e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  /** Size, time and identity of each file: what changes when a file is written or exchanged. */
  private static List<String> marks(TlsSettings settings) throws IOException {
    var files = new ArrayList<>(List.of(settings.certificate(), settings.key()));
    settings.clientCa().ifPresent(files::add);
    var marks = new ArrayList<String>();
    for (Path file : files) {
      var at = Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class);
      marks.add(at.size() + " " + at.lastModifiedTime() + " " + at.fileKey());
    }
    return marks;
  }

  private static TlsContext.Current load(TlsSettings settings)
      throws IOException, GeneralSecurityException {
    var keys = ServerIdentity.of(settings.certificate(), settings.key());
    var trust = TrustManagerFactory.getInstance("PKIX");
    var authorities = ServerIdentity.emptyStore();
    if (settings.clientCa().isPresent()) {
      int number = 0;
      for (var authority : PemIdentity.certificates(settings.clientCa().get()))
        authorities.setCertificateEntry("authority-" + number++, authority);
    }
    // With no authority in it this manager would not initialise; nobody is asked for a certificate.
    var context = SSLContext.getInstance("TLS");
    if (settings.clientCa().isPresent()) {
      trust.init(authorities);
      context.init(keys, trust.getTrustManagers(), null);
    } else {
      context.init(keys, new javax.net.ssl.TrustManager[0], null);
    }
    return new TlsContext.Current(context, parameters(settings, context));
  }

  private static SSLParameters parameters(TlsSettings settings, SSLContext context)
      throws GeneralSecurityException {
    var parameters = context.getDefaultSSLParameters();
    var known = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
    var suites = settings.suites().isEmpty() ? settings.profile().suites() : settings.suites();
    var kept = suites.stream().filter(known::contains).toArray(String[]::new);
    var versions = versions(settings);
    if (kept.length == 0 || versions.length == 0)
      throw new GeneralSecurityException("no TLS version or no known cipher suite is left");
    parameters.setCipherSuites(kept);
    parameters.setProtocols(versions);
    parameters.setUseCipherSuitesOrder(settings.profile() == TlsProfile.OLD);
    parameters.setNamedGroups(
        settings.groups().isEmpty()
            ? new String[] {"x25519", "secp256r1", "secp384r1"}
            : settings.groups().toArray(String[]::new));
    switch (settings.clients()) {
      case ANYBODY -> parameters.setNeedClientAuth(false);
      case MAY_SHOW_CERTIFICATE -> parameters.setWantClientAuth(true);
      case MUST_SHOW_CERTIFICATE -> parameters.setNeedClientAuth(true);
    }
    return parameters;
  }

  private static String[] versions(TlsSettings settings) throws GeneralSecurityException {
    for (String version : List.of(settings.minVersion(), settings.maxVersion()))
      if (!List.of("", "1.2", "1.3").contains(version))
        throw new GeneralSecurityException("TLS version " + version + " is not 1.2 or 1.3");
    boolean explicit = !settings.minVersion().isEmpty() || !settings.maxVersion().isEmpty();
    var offered =
        explicit ? List.of("TLSv1.3", "TLSv1.2") : settings.profile().versions(); // newest first
    return offered.stream()
        .filter(v -> !v.equals("TLSv1.2") || !settings.minVersion().equals("1.3"))
        .filter(v -> !v.equals("TLSv1.3") || !settings.maxVersion().equals("1.2"))
        .toArray(String[]::new);
  }

  @Override
  public void close() {
    looker.interrupt();
  }
}
