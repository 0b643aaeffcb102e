package dev.theca.bench.image;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One large blob to a registry and back, by curl. The blob is another one in each round: a registry
 * that has it already does less. Counts the registry's processor time, not curl's.
 */
final class Blobs {
  private final Path file;
  private final Child child;
  private Digest digest = Digest.sha256(new byte[0]);

  Blobs(Path work, int megabytes, Child child) throws IOException {
    this.file = work.resolve("blob");
    this.child = child;
    try (var out = Files.newOutputStream(file)) {
      Content.write(out, megabytes * 1_000_000L, 99);
    }
  }

  /** Makes it another blob. */
  void change() throws IOException {
    try (var some = new RandomAccessFile(file.toFile(), "rw")) {
      some.writeLong(System.nanoTime());
    }
    var hash = Digest.hasher("sha256");
    byte[] block = new byte[1 << 20];
    try (var in = Files.newInputStream(file)) {
      for (int n; (n = in.read(block)) > 0; ) hash.update(block, 0, n);
    }
    digest = Digest.finish("sha256", hash);
  }

  Child.Took push(Server server) throws Exception {
    var uploads = URI.create("http://" + server.address() + "/v2/bench/blob/blobs/uploads/");
    String place;
    try (var client = HttpClient.newHttpClient()) {
      var begin = HttpRequest.newBuilder(uploads).POST(HttpRequest.BodyPublishers.noBody()).build();
      var answer = client.send(begin, HttpResponse.BodyHandlers.discarding());
      String location = answer.headers().firstValue("Location").orElseThrow();
      place = uploads.resolve(location).toString();
    }
    String put = place + (place.contains("?") ? "&" : "?") + "digest=" + digest;
    return measured(
        server,
        List.of(
            "curl",
            "-sSf",
            "-H",
            "Content-Type: application/octet-stream",
            "-T",
            file.toString(),
            put));
  }

  Child.Took pull(Server server) throws Exception {
    String blob = "http://" + server.address() + "/v2/bench/blob/blobs/" + digest;
    return measured(server, List.of("curl", "-sSf", "-o", "/dev/null", blob));
  }

  private Child.Took measured(Server server, List<String> command) throws Exception {
    var _ = child.run(List.of("sync", "-f", file.toString()));
    double before = server.processorMillis();
    double wall = child.run(command).wallMillis();
    return new Child.Took(wall, server.processorMillis() - before);
  }
}
