package dev.theca.broker.http;

import dev.theca.broker.store.StoreDown;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A handler whose faults become answers: 503 when the database is away, 500 with an id otherwise.
 * The log gets the id and where it happened; not the messages of the exceptions, which may quote
 * what a client sent.
 */
final class Guarded implements Handler {
  private static final System.Logger LOG = System.getLogger("theca.broker.http");
  private static final int FRAMES = 8;
  private static final int CAUSES = 4;
  private final SecureRandom random = new SecureRandom();
  private final Handler inner;

  Guarded(Handler inner) {
    this.inner = inner;
  }

  @Override
  public Answer handle(Request request) {
    try {
      return inner.handle(request);
    } catch (StoreDown e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=http outcome=store-down method={0} path=\"{1}\"",
          request.method(),
          quoted(request.path()));
      return Problems.storeDown();
    } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
      byte[] bytes = new byte[6];
      random.nextBytes(bytes);
      String id = HexFormat.of().formatHex(bytes);
      LOG.log(
          System.Logger.Level.ERROR,
          "stage=http outcome=fault id={0} method={1} path=\"{2}\" fault=\"{3}\"",
          id,
          request.method(),
          quoted(request.path()),
          where(e));
      return Answer.error(
          500, "PluginInternalError", "a fault in the broker; its log has id " + id);
    }
  }

  private static String quoted(String path) {
    return path.replace('"', '\'');
  }

  private static String where(Throwable fault) {
    var text = new StringBuilder();
    Throwable at = fault;
    for (int i = 0; i < CAUSES && at != null; i++, at = at.getCause()) {
      text.append(i == 0 ? "" : "; caused by ").append(at.getClass().getName());
      var stack = at.getStackTrace();
      for (int j = 0; j < Math.min(FRAMES, stack.length); j++)
        text.append(" < ")
            .append(stack[j].getClassName())
            .append('.')
            .append(stack[j].getMethodName())
            .append(':')
            .append(stack[j].getLineNumber());
    }
    return text.toString();
  }
}
