package dev.theca.kit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * A registry on loopback that does what a test tells it to: honest as long as nothing is said, then
 * with a {@link Trick} for the requests that fit. It keeps every request that it got, so that a
 * test can show what a client asked, and what it did not give away.
 *
 * <pre>{@code
 * try (var registry = HostileRegistry.start()) {
 *   var image = new ImageMaker().layer(tar).make();
 *   registry.image("a/b", "1", image);
 *   registry.when("GET", "/v2/a/b/blobs/.*", Tricks.resetAt(1000, 2));
 *   ... pull registry.address() + "/a/b:1" ...
 *   assertThat(registry.requests("GET", ".*blobs.*")).hasSize(3);
 * }
 * }</pre>
 */
public final class HostileRegistry implements AutoCloseable {
  private record Rule(Predicate<Seen> fits, Trick trick) {}

  private final ServerSocket listener;
  private final boolean tls;
  private final Content content = new Content();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Seen> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private HostileRegistry(ServerSocket listener, boolean tls) {
    this.listener = listener;
    this.tls = tls;
  }

  /** Plain HTTP on a free port. */
  public static HostileRegistry start() throws IOException {
    return start(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), false);
  }

  /** HTTPS on a free port; see {@link TestAuthority} for a context. */
  public static HostileRegistry startTls(SSLContext context) throws IOException {
    var sockets = context.getServerSocketFactory();
    return start(sockets.createServerSocket(0, 64, InetAddress.getLoopbackAddress()), true);
  }

  private static HostileRegistry start(ServerSocket listener, boolean tls) {
    var registry = new HostileRegistry(listener, tls);
    Thread.ofPlatform().daemon().name("hostile-registry").start(registry::accept);
    return registry;
  }

  /** Host and port, as image names have them. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** An absolute URL here. */
  public String url(String path) {
    return (tls ? "https://" : "http://") + address() + path;
  }

  /** What it has, and gives out honestly; what is pushed lands there, too. */
  public Content content() {
    return content;
  }

  /** Has an image under a tag, and under its digest. */
  public HostileRegistry image(String repository, String tag, MadeImage image) {
    image.blobs().values().forEach(blob -> content.blob(repository, blob));
    content.manifest(repository, tag, image.mediaType(), image.manifest());
    return this;
  }

  /**
   * Plays a trick for a method (or {@code *}) and paths with query that match; the last one said
   * wins.
   */
  public HostileRegistry when(String method, String pathPattern, Trick trick) {
    var pattern = Pattern.compile(pathPattern);
    return when(
        seen ->
            (method.equals("*") || seen.method().equals(method))
                && pattern.matcher(seen.target()).matches(),
        trick);
  }

  public HostileRegistry when(Predicate<Seen> fits, Trick trick) {
    rules.addFirst(new Rule(fits, trick));
    return this;
  }

  /** Is honest again. */
  public HostileRegistry honest() {
    rules.clear();
    return this;
  }

  /** All requests until now, in order. */
  public List<Seen> requests() {
    return List.copyOf(requests);
  }

  /** Those of a method (or {@code *}) whose path with query matches. */
  public List<Seen> requests(String method, String pathPattern) {
    var pattern = Pattern.compile(pathPattern);
    var found = new ArrayList<Seen>();
    for (var seen : requests)
      if ((method.equals("*") || seen.method().equals(method))
          && pattern.matcher(seen.target()).matches()) found.add(seen);
    return found;
  }

  /** Whether any request said this in any field or in its target, e.g. a password. */
  public boolean heard(String text) {
    return requests.stream().anyMatch(seen -> seen.mentions(text));
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var peer = listener.accept();
        open.add(peer);
        Thread.ofVirtual().name("hostile-connection").start(() -> serve(peer));
      } catch (IOException e) {
        if (listener.isClosed()) return;
        System.err.println("hostile registry: " + e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      var peer = new Peer(socket, this::url);
      while (!peer.isOver()) {
        Optional<Seen> seen = Seen.read(in, socket.getOutputStream());
        if (seen.isEmpty()) return;
        requests.add(seen.get());
        var honest = content.answer(seen.get());
        trick(seen.get()).play(seen.get(), honest, peer);
        if (seen.get().field("connection").map("close"::equalsIgnoreCase).orElse(false)) return;
      }
    } catch (IOException e) {
      return; // the client went away, which is what many of the tests want
    } finally {
      open.remove(socket);
    }
  }

  private Trick trick(Seen seen) {
    for (var rule : rules) if (rule.fits.test(seen)) return rule.trick;
    return (request, honest, peer) -> peer.send(honest, request);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) socket.close();
  }
}
