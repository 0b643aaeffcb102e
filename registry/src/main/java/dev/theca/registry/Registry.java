package dev.theca.registry;

import dev.theca.registry.auth.Gate;
import dev.theca.registry.auth.Passwords;
import dev.theca.registry.auth.Tokens;
import dev.theca.registry.http.HttpServer;
import dev.theca.registry.http.TlsIdentity;
import dev.theca.registry.store.Collector;
import dev.theca.registry.store.Store;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A registry on a folder: pull, push, tags, referrers, mounts, deletion and garbage collection of
 * the OCI distribution specification 1.1. What it answers 201 to is on the disk. It checks digests
 * and that manifests are whole; it does not judge signatures, and whoever may write to its folder
 * may change what it gives out: clients verify.
 */
public final class Registry implements AutoCloseable {
  private final RegistrySettings settings;
  private final Store store;
  private final HttpServer server;
  private final Chores chores;

  private Registry(RegistrySettings settings, Store store, HttpServer server, Chores chores) {
    this.settings = settings;
    this.store = store;
    this.server = server;
    this.chores = chores;
  }

  /** Starts without an access log; see the other. */
  public static Outcome<Registry> start(RegistrySettings settings, InstantSource clock)
      throws IOException {
    return start(settings, clock, line -> {});
  }

  /**
   * Starts, or says what is wrong with the settings; an address that is taken is a fault.
   *
   * @param access takes a line for each request, from several threads
   */
  public static Outcome<Registry> start(
      RegistrySettings settings, InstantSource clock, Consumer<String> access) throws IOException {
    var address = ListenAddress.of(settings);
    if (address instanceof Outcome.Refused<InetSocketAddress> no) return no.as();
    var gate = gate(settings, clock);
    if (gate instanceof Outcome.Refused<Gate> no) return no.as();
    var tls = tls(settings);
    if (tls instanceof Outcome.Refused<Optional<TlsIdentity>> no) return no.as();
    var store = Store.open(settings.root(), clock, settings.maxUploads());
    boolean done = false;
    try {
      var api = api(settings, store, gate.orThrow(), clock, new AccessLog(access));
      var server = serve(settings, address.orThrow(), tls.orThrow(), api);
      done = true;
      return Outcome.granted(new Registry(settings, store, server, Chores.start(settings, store)));
    } finally {
      if (!done) store.close();
    }
  }

  private static HttpServer serve(
      RegistrySettings settings, InetSocketAddress at, Optional<TlsIdentity> tls, Api api)
      throws IOException {
    if (tls.isPresent()) return HttpServer.tls(at, settings.bounds(), tls.get(), api::handle);
    if (!at.getAddress().isLoopbackAddress())
      System.err.println(
          "stage=listen address="
              + at
              + " INSECURE: plain HTTP, anybody on the way reads and changes what is said");
    return HttpServer.plain(at, settings.bounds(), api::handle);
  }

  private static Api api(
      RegistrySettings settings, Store store, Gate gate, InstantSource clock, AccessLog log) {
    return new Api(
        gate,
        new BlobApi(store, settings.deletes()),
        new UploadApi(store, clock, settings.maxBlobBytes()),
        new ManifestApi(store, settings.deletes()),
        new ListApi(store),
        settings.catalog(),
        log);
  }

  private static Outcome<Gate> gate(RegistrySettings settings, InstantSource clock)
      throws IOException {
    if (settings.users().isEmpty()) return Outcome.granted(Gate.open());
    Optional<Tokens> tokens =
        settings.tokens() ? Optional.of(new Tokens("theca-registry", clock)) : Optional.empty();
    return Passwords.open(settings.users().get(), clock)
        .map(passwords -> new Gate(Optional.of(passwords), tokens, settings.anonymous(), clock));
  }

  private static Outcome<Optional<TlsIdentity>> tls(RegistrySettings settings) throws IOException {
    if (settings.tls().isEmpty()) return Outcome.granted(Optional.empty());
    var files = settings.tls().get();
    return TlsIdentity.open(files.certificate(), files.key()).map(Optional::of);
  }

  /** Removes what no manifest names, in a folder that no registry serves at the moment. */
  public static Collector.Report collect(
      Path root, Duration grace, boolean untagged, InstantSource clock) throws IOException {
    try (var store = Store.open(root, clock, 1)) {
      return Collector.collect(store, grace, untagged);
    }
  }

  /** The same while it serves. */
  public Collector.Report collect(Duration grace, boolean untagged) throws IOException {
    return Collector.collect(store, grace, untagged);
  }

  /** Removes uploads that rested too long; how many. */
  public int expireUploads() throws IOException {
    return store.expireUploads(settings.uploadAge());
  }

  /** Host and port, as image names have them. */
  public String address() throws IOException {
    var at = server.address();
    String host = at.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + at.getPort();
  }

  public boolean isTls() {
    return server.isTls();
  }

  /** Open connections. */
  public int connections() {
    return server.connections();
  }

  @Override
  public void close() throws IOException {
    chores.close();
    server.close();
    store.close();
  }
}
