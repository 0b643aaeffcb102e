package dev.theca.image.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A server that is no registry and is asked for small answers, over the connections of {@link
 * Direct}: a fresh process has nothing more to load than for its registry. Follows no redirect,
 * uses no proxy, believes the authorities of the JDK. What goes wrong is an {@link IOException};
 * that of a thread that was interrupted leaves it so.
 */
public final class DirectServer implements AutoCloseable {
  private final URI base;
  private final Timeouts limits;
  private final int maxAnswer;
  private final Direct direct;

  /**
   * @param answer how long an answer may take to begin, and as long again to come
   * @param maxAnswer bytes of an answer's body
   */
  public DirectServer(URI base, Duration connect, Duration answer, int maxAnswer) {
    this.base = base;
    this.limits = Timeouts.STANDARD.withConnect(connect).withAnswer(answer).withDocument(answer);
    this.maxAnswer = maxAnswer;
    this.direct = new Direct(limits);
  }

  /** An answer, read to its end. */
  public static final class Said {
    private final int status;
    private final HttpHeaders fields;
    private final byte[] body;

    private Said(int status, HttpHeaders fields, byte[] body) {
      this.status = status;
      this.fields = fields;
      this.body = body;
    }

    public int status() {
      return status;
    }

    /** All values of a field, whatever the case of its name. */
    public List<String> all(String field) {
      return fields.allValues(field);
    }

    /** The body; the caller's from now on. */
    public byte[] body() {
      return body;
    }
  }

  /** Sends one request and waits for the whole answer. */
  public Said ask(String method, String path, Map<String, String> fields, byte[] body)
      throws IOException {
    URI uri = base.resolve(path);
    var payload = body.length == 0 ? Payload.NONE : Payload.of(body);
    var call = new Call(method, path, Scope.pull(""), Map.of(), payload);
    var tls = "http".equals(uri.getScheme()) ? Optional.<SSLContext>empty() : standard();
    try (var answer = direct.send(uri.getRawAuthority(), tls, call, uri, fields)) {
      byte[] said = answer.bytes(maxAnswer, limits.document());
      if (said.length > maxAnswer)
        throw new IOException(uri.getAuthority() + " answers more than " + maxAnswer + " bytes");
      return new Said(answer.status(), answer.headers(), said);
    }
  }

  private static Optional<SSLContext> standard() throws IOException {
    try {
      return Optional.of(SSLContext.getDefault());
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("the JDK has no TLS", e);
    }
  }

  @Override
  public void close() {
    direct.close();
  }
}
