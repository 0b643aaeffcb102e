package dev.theca.broker.gramine;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.wire.Outcome;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Serves Gramine's secret provisioning, version 1, to unmodified clients ({@code
 * libsecret_prov_attest.so}): TLS 1.2 or 1.3 with the client's RA-TLS certificate, then {@link
 * ProvisioningWire}. The client's certificate is judged for every connection: no session is ever
 * resumed. A connection has a limit of time in all, and there is a limit of connections; what is
 * above it is closed at once. Freshness is that of the certificate: see {@code RaTls}.
 */
public final class GramineListener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.broker.gramine");
  private static final String COUNTER = "theca_gramine_requests_total";

  private final ProvisioningSettings settings;
  private final Supplier<KeyManager[]> identity;
  private final Release release;
  private final Meter meter;
  private final InstantSource clock;
  private final ServerSocket listening;
  private final Semaphore free;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gramine-limits").factory());

  private GramineListener(
      ProvisioningSettings settings,
      Supplier<KeyManager[]> identity,
      Release release,
      Meter meter,
      InstantSource clock,
      ServerSocket listening) {
    this.settings = settings;
    this.identity = identity;
    this.release = release;
    this.meter = meter;
    this.clock = clock;
    this.listening = listening;
    this.free = new Semaphore(settings.maxConnections());
  }

  /**
   * Listens until it is closed.
   *
   * @param identity the server's certificate and key, asked for each connection so that they can be
   *     renewed; clients check it against their authorities and the host's name
   */
  public static GramineListener start(
      ProvisioningSettings settings,
      Supplier<KeyManager[]> identity,
      Peers peers,
      ResourcePolicy policy,
      SecretSource secrets,
      Audit audit,
      Reasons reasons,
      Meter meter,
      InstantSource clock) {
    try {
      var socket = new ServerSocket();
      socket.bind(settings.listen(), 128);
      var release = new Release(settings, peers, policy, secrets, audit, reasons);
      var listener = new GramineListener(settings, identity, release, meter, clock, socket);
      listener.threads.execute(listener::accept);
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + settings.listen(), e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var socket = listening.accept();
        if (free.tryAcquire()) {
          open.add(socket);
          threads.execute(() -> serve(socket));
        } else {
          meter.count(COUNTER, "outcome", "busy");
          socket.close();
        }
      } catch (IOException e) {
        if (listening.isClosed()) return;
        LOG.log(System.Logger.Level.WARNING, "cannot accept: " + e.getMessage());
        pause();
      }
    }
  }

  /** Such as when there are no more file descriptors. */
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket) {
    var limit =
        watch.schedule(() -> shut(socket), settings.limit().toMillis(), TimeUnit.MILLISECONDS);
    String outcome = "fault";
    try (socket;
        var tls = secured(socket)) {
      tls.startHandshake();
      outcome = answer(tls);
    } catch (SSLException e) {
      outcome = "handshake"; // nobody proved to be anybody: counted, and not recorded
      LOG.log(System.Logger.Level.DEBUG, "stage=handshake outcome=refused " + e.getMessage());
    } catch (IOException e) {
      outcome = "cut-off";
    } finally {
      limit.cancel(false);
      open.remove(socket);
      free.release();
      meter.count(COUNTER, "outcome", outcome);
    }
  }

  private String answer(SSLSocket tls) throws IOException {
    String address = tls.getInetAddress().getHostAddress();
    byte[] certificate;
    try {
      certificate = tls.getSession().getPeerCertificates()[0].getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new SSLException("a certificate that was read cannot be written", e);
    }
    var decided =
        ProvisioningWire.isRequest(tls.getInputStream())
            ? release.to(certificate, address, clock.instant())
            : release.malformed(address);
    return switch (decided) {
      case Outcome.Refused<Secret> _ -> "refused";
      case Outcome.Granted<Secret>(Secret secret) -> {
        try (secret) {
          byte[] response = secret.lend(ProvisioningWire::response);
          try {
            tls.getOutputStream().write(response);
            tls.getOutputStream().flush();
          } finally {
            Arrays.fill(response, (byte) 0);
          }
        }
        yield "granted";
      }
    };
  }

  /** A context of its own for each connection has no session that another could resume. */
  private SSLSocket secured(Socket socket) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(identity.get(), new TrustManager[] {new AnyCertificate()}, new SecureRandom());
      var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
      tls.setUseClientMode(false);
      tls.setNeedClientAuth(true);
      tls.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      return tls;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks TLS", e);
    }
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "cannot close: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the listener", e);
    } finally {
      open.forEach(GramineListener::shut);
      watch.shutdownNow();
      threads.close();
    }
  }
}
