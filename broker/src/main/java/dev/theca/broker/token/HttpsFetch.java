package dev.theca.broker.token;

import dev.theca.broker.http.DocumentReader;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLContext;

/** Documents of at most 1 MiB, as {@link DocumentReader} reads them. */
public final class HttpsFetch implements Fetch {
  private static final int MAX_BYTES = 1 << 20;

  private final DocumentReader reader;

  /**
   * @param tls the roots to believe; {@code SSLContext.getDefault()} for the system's
   */
  public HttpsFetch(SSLContext tls) {
    reader = new DocumentReader(tls, MAX_BYTES, TokenCode.TOKEN_KEY_UNKNOWN);
  }

  @Override
  public byte[] get(URI address) throws IOException {
    return switch (reader.read(address)) {
      case Outcome.Granted<byte[]>(var document) -> document;
      case Outcome.Refused<byte[]>(var why) -> throw new IOException(why.getFirst().toString());
    };
  }
}
