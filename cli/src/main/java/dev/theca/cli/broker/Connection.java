package dev.theca.cli.broker;

import dev.theca.broker.BrokerAdmin;
import dev.theca.broker.RefusalText;
import dev.theca.wire.RefusedException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which broker, and as whom: the options of every command that asks one. The token comes from a
 * file, since arguments are seen by everybody on the machine, and does not go over plain HTTP to
 * another machine unless that is named.
 */
public final class Connection {
  /** Refused, with reasons. */
  public static final int REFUSED = 2;

  /** Wrong usage. */
  public static final int USAGE = 64;

  /** No answer. */
  public static final int UNAVAILABLE = 69;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "the broker (default: $THECA_BROKER, else http://127.0.0.1:8080)")
  private @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "holds the token (default: $THECA_BROKER_TOKEN_FILE, else ./theca-broker/admin-token)")
  private @Nullable String tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "authorities of the broker's certificate, PEM (default: those of the JDK)")
  private @Nullable Path ca;

  @Option(
      names = "--insecure-http",
      description = "send the token over plain HTTP to another machine")
  private boolean insecure;

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  /** For the command line. */
  public Connection() {}

  /** What a command does with it; gives the exit code. */
  @FunctionalInterface
  public interface Use {
    int with(Talk talk) throws IOException;
  }

  /** Asks the broker; says what goes wrong in words, never with a trace. */
  public int run(Use use) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return guarded(
        () -> {
          try (var broker = open()) {
            return use.with(new Talk(broker, out, err, json));
          }
        },
        json,
        out,
        err);
  }

  /** What may end in a refusal, wrong usage, or a broken file. */
  @FunctionalInterface
  public interface Doing {
    int run() throws IOException;
  }

  /** Runs what needs no broker, with the same words and exit codes. */
  public static int guarded(Doing doing, boolean json, PrintStream out, PrintStream err) {
    try {
      return doing.run();
    } catch (RefusedException e) {
      if (json) out.println(Json.pretty(refused(e)));
      else err.println(RefusalText.of(e.reasons()));
      return REFUSED;
    } catch (WrongUsage e) {
      err.println("theca: " + e.getMessage());
      return USAGE;
    } catch (UncheckedIOException e) {
      err.println("theca: " + e.getMessage() + why(e));
      return UNAVAILABLE;
    } catch (IOException e) {
      err.println("theca: " + e);
      return 1;
    }
  }

  private static JsonObject refused(RefusedException e) {
    List<JsonValue> reasons = e.reasons().stream().<JsonValue>map(RefusalJson::write).toList();
    return JsonObject.builder().put("refused", new JsonArray(reasons)).build();
  }

  private static String why(UncheckedIOException e) {
    String next =
        e.getCause() instanceof SSLException
            ? "give the authority of its certificate: --ca FILE"
            : "is it running, and is this its address? --url URL";
    return " (" + RefusalText.plain(String.valueOf(e.getCause())) + "); " + next;
  }

  /** Whether one JSON document is wanted instead of words. */
  public boolean json() {
    return json;
  }

  /** The broker; its caller closes it. */
  public BrokerAdmin open() {
    var address = address();
    Secret token = TokenFile.read(token());
    return ca == null
        ? new BrokerAdmin(address, token)
        : new BrokerAdmin(address, token, Authorities.of(ca));
  }

  /** The file with the token. */
  public Path token() {
    String named = tokenFile != null ? tokenFile : environment().get("THECA_BROKER_TOKEN_FILE");
    return named == null || named.isEmpty() ? TokenFile.USUAL : Path.of(named);
  }

  private static Map<String, String> environment() {
    return System.getenv();
  }

  private URI address() {
    String named = url != null ? url : environment().get("THECA_BROKER");
    if (named == null || named.isEmpty()) named = "http://127.0.0.1:8080";
    URI uri;
    try {
      uri = URI.create(named);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--url takes an address such as https://broker.example:8443");
    }
    boolean tls = "https".equals(uri.getScheme());
    boolean whole = uri.getHost() != null && (uri.getPath().isEmpty() || uri.getPath().equals("/"));
    if (!whole || !tls && !"http".equals(uri.getScheme()))
      throw new WrongUsage(
          "--url takes http://HOST:PORT or https://HOST:PORT, not " + RefusalText.plain(named));
    if (!tls && !insecure && !isLoopback(uri.getHost()))
      throw new WrongUsage(
          "the token would go to "
              + uri.getHost()
              + " over plain HTTP, where anybody on the way reads it;"
              + " use https://, or name it: --insecure-http");
    if (!tls && ca != null) throw new WrongUsage("--ca is for https://");
    return uri;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
