package dev.theca.cli.cri;

import dev.theca.broker.RefusalText;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Option;

/** What every command here has: the runtime's socket, the form of the output, the exit codes. */
final class Talk {
  static final int REFUSED = 1;
  static final int USAGE = 64;
  static final int UNAVAILABLE = 69;

  /** Answers with an exit code. */
  interface Action {
    int on(CriClient cri) throws IOException, InterruptedException, TimeoutException;
  }

  @Option(
      names = "--socket",
      defaultValue = "${env:THECA_CRI_SOCKET:-/run/containerd/containerd.sock}",
      paramLabel = "FILE",
      description = "The runtime's socket; else THECA_CRI_SOCKET (default: ${DEFAULT-VALUE}).")
  private Path socket = Path.of("");

  @Option(names = "--json", description = "Writes the runtime's answer as JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  int run(Action action) {
    if (!Files.exists(socket)) return failed(UNAVAILABLE, "no runtime listens at " + socket);
    try (var cri = new CriClient(socket)) {
      return action.on(cri);
    } catch (GrpcException e) {
      boolean away = e.status() == RpcStatus.UNAVAILABLE;
      return failed(
          away ? UNAVAILABLE : REFUSED,
          e.words().isEmpty() ? e.status().toString() : RefusalText.plain(e.words()));
    } catch (Messages.WrongMessage e) {
      return failed(USAGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(REFUSED, String.valueOf(e.getMessage()));
    } catch (TimeoutException e) {
      return failed(REFUSED, "no end within the limit");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return REFUSED;
    }
  }

  static int failed(int code, String words) {
    System.err.println("theca cri: " + words);
    return code;
  }

  /** An answer for a program, or a text for a person. */
  int print(JsonObject answer, String text) {
    if (json) System.out.println(Json.pretty(answer));
    else System.out.print(text);
    return 0;
  }

  /** An id that was made. */
  int made(String member, String id) {
    if (json) System.out.println(Json.text(JsonObject.builder().put(member, id).build()));
    else System.out.println(id);
    return 0;
  }

  /** A file with a message in JSON. */
  static JsonObject file(Path file) throws IOException {
    var read = Json.object(Files.readAllBytes(file));
    if (!read.isGranted()) throw new Messages.WrongMessage(file + " is no JSON object");
    return read.orThrow();
  }

  /** The same object with a member put or replaced. */
  static JsonObject with(JsonObject object, String name, JsonValue value) {
    var members = new java.util.LinkedHashMap<>(object.members());
    members.put(name, value);
    return new JsonObject(members);
  }

  static JsonObject one(String name, String value) {
    return JsonObject.builder().put(name, value).build();
  }
}
