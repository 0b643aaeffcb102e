package dev.theca.image.remote;

import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A registry of one repository that takes pushes; its tests break it at chosen requests. */
final class WorkingRegistry implements FakeRegistry.Script {
  final Map<String, byte[]> blobs = new HashMap<>();
  final Map<String, byte[]> manifests = new HashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new HashMap<>();
  private int names;

  /** Requests that it takes in half, and then hangs up. */
  Predicate<FakeRegistry.Request> cuts = request -> false;

  /** Requests whose answer is lost. */
  Predicate<FakeRegistry.Request> forgets = request -> false;

  boolean listsReferrers;
  int leastChunk;
  boolean mounts = true;

  @Override
  public synchronized void answer(FakeRegistry.Request request, FakeRegistry.Reply reply)
      throws IOException {
    String path = request.path().replaceFirst("^/v2/demo/app/", "");
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (path.startsWith("blobs/uploads/")) {
      upload(request, reply, name);
    } else if (path.startsWith("manifests/")) {
      manifest(request, reply, name);
    } else if (path.startsWith("blobs/") && blobs.containsKey(name)) {
      byte[] blob = blobs.get(name);
      if (request.method().equals("HEAD")) reply.head(200, blob.length);
      else reply.send(200, blob);
    } else {
      reply.send(404, request.method().equals("HEAD") ? "" : "{}");
    }
  }

  private void manifest(FakeRegistry.Request request, FakeRegistry.Reply reply, String name)
      throws IOException {
    if (request.method().equals("PUT")) {
      byte[] body = request.body();
      manifests.put(name, body);
      manifests.put(Digest.sha256(body).toString(), body);
      boolean subject = new String(body, StandardCharsets.UTF_8).contains("\"subject\"");
      reply.send(
          201,
          "",
          "Docker-Content-Digest: " + Digest.sha256(body),
          listsReferrers && subject ? "OCI-Subject: sha256:x" : "X-Nothing: here");
    } else if (request.method().equals("DELETE")) {
      reply.send(manifests.remove(name) == null ? 404 : 202, "");
    } else if (manifests.containsKey(name)) {
      byte[] body = manifests.get(name);
      if (request.method().equals("HEAD"))
        reply.head(200, body.length, "Docker-Content-Digest: " + Digest.sha256(body));
      else reply.send(200, body);
    } else {
      reply.send(404, request.method().equals("HEAD") ? "" : "{}");
    }
  }

  private void upload(FakeRegistry.Request request, FakeRegistry.Reply reply, String name)
      throws IOException {
    String here = "/v2/demo/app/blobs/uploads/";
    switch (request.method()) {
      case "POST" -> {
        if (mounts && request.target().contains("mount=")) {
          String digest = request.target().replaceAll(".*mount=([^&]*).*", "$1");
          blobs.put(digest, new byte[0]);
          reply.send(201, "", "Location: /v2/demo/app/blobs/" + digest);
          return;
        }
        String fresh = "u" + ++names;
        uploads.put(fresh, new ByteArrayOutputStream());
        reply.send(
            202, "", "Location: " + here + fresh + "?s=1", "OCI-Chunk-Min-Length: " + leastChunk);
      }
      case "PATCH" -> {
        var upload = uploads.get(name);
        long start = Long.parseLong(request.field("content-range").replaceFirst("-.*", ""));
        if (start != upload.size()) {
          reply.send(416, "", "Range: 0-" + (upload.size() - 1));
          return;
        }
        if (cuts.test(request)) {
          upload.write(request.body(), 0, request.body().length / 2);
          throw new FakeRegistry.HangUp();
        }
        upload.write(request.body());
        if (forgets.test(request)) throw new FakeRegistry.HangUp();
        reply.send(202, "", "Location: " + here + name, "Range: 0-" + (upload.size() - 1));
      }
      case "GET" ->
          reply.send(
              204,
              "",
              "Location: " + here + name,
              "Range: 0-" + Math.max(0, uploads.get(name).size() - 1));
      case "DELETE" -> reply.send(uploads.remove(name) == null ? 404 : 204, "");
      default -> {
        var upload = uploads.get(name);
        if (upload == null) {
          reply.send(404, "{}");
          return;
        }
        upload.write(request.body());
        String digest = request.target().replaceAll(".*digest=([^&]*).*", "$1");
        if (!Digest.sha256(upload.toByteArray()).toString().equals(digest)) {
          reply.send(400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"no\"}]}");
          return;
        }
        uploads.remove(name);
        blobs.put(digest, upload.toByteArray());
        if (forgets.test(request)) throw new FakeRegistry.HangUp();
        reply.send(201, "", "Location: /x");
      }
    }
  }

  synchronized int openUploads() {
    return uploads.size();
  }
}
