package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.store.SqliteDatabase;
import dev.theca.forge.SgxPlatform.Knobs;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crowds without evidence: neither disk nor memory grow with them, whether they come from one
 * address or each from another.
 */
class FloodOfStrangersTest {
  private static final int THREADS = 32;
  private static final long HEAP_GROWTH = 64L << 20;
  private static final long DISK_GROWTH = 16L << 20;

  @TempDir Path folder;

  /** What was answered, by status. */
  private final Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();

  private static String from(int n) {
    return "X-Forwarded-For: 10." + (n >> 16 & 255) + "." + (n >> 8 & 255) + "." + (n & 255);
  }

  private static String post(String path, String header, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\n"
        + header
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static final String HELLO =
      "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\"}";

  /** Sends so many requests over connections that are kept. */
  private void flood(Running broker, int count, IntFunction<String> request) throws Exception {
    answers.clear();
    var next = new AtomicInteger();
    var url = URI.create(broker.boot("url"));
    var done = new java.util.ArrayList<Future<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < THREADS; t++)
        done.add(
            threads.submit(
                () -> {
                  try (var socket = new Socket(url.getHost(), url.getPort())) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(20_000);
                    var in = new BufferedInputStream(socket.getInputStream());
                    for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                      socket
                          .getOutputStream()
                          .write(request.apply(n).getBytes(StandardCharsets.ISO_8859_1));
                      answers.computeIfAbsent(answer(in), s -> new LongAdder()).increment();
                    }
                  }
                  return null;
                }));
    }
    for (var one : done) one.get();
  }

  private static int answer(InputStream in) throws IOException {
    int length = 0;
    int status = 0;
    while (true) {
      String line = line(in);
      if (line.isEmpty()) break;
      if (status == 0) status = Integer.parseInt(line.substring(9, 12));
      if (line.regionMatches(true, 0, "content-length:", 0, 15))
        length = Integer.parseInt(line.substring(15).strip());
    }
    in.skipNBytes(length);
    return status;
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) throw new IOException("closed in the middle: " + text);
      if (c == '\n') return text.toString();
      if (c != '\r') text.append((char) c);
    }
  }

  private long count(int status) {
    return answers.getOrDefault(status, new LongAdder()).sum();
  }

  private static long heap() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }

  private long disk() throws IOException {
    long sum = 0;
    try (var files = Files.list(folder.resolve("state"))) {
      for (Path file : files.toList()) sum += Files.size(file);
    }
    return sum;
  }

  private Map<String, Long> rows() {
    try (var database = SqliteDatabase.open(folder.resolve("state/broker.db"))) {
      return database.read(
          sql -> {
            var rows = new java.util.TreeMap<String, Long>();
            for (String table :
                java.util.List.of("audit_record", "reason", "session", "session_key", "recording"))
              rows.put(
                  table, sql.one("SELECT COUNT(*) FROM " + table, row -> row.number(1)).orElse(0L));
            return rows;
          });
    }
  }

  private Running broker(Provisioning platform) throws IOException {
    return new Scene(folder, platform).top("trusted_proxies = [\"127.0.0.1\"]").provisioned();
  }

  @Test
  void a_hundred_thousand_challenges_leave_nothing_but_summaries() throws Exception {
    try (var platform = new Provisioning(Knobs.good());
        var broker = broker(platform)) {
      flood(broker, 2000, n -> post("/kbs/v0/auth", from(n), HELLO));
      long heap = heap();
      long disk = disk();
      long start = System.nanoTime();
      flood(broker, 80_000, n -> post("/kbs/v0/auth", from(n), HELLO));
      assertThat(count(200)).as("each from another address: " + answers).isEqualTo(80_000);
      flood(broker, 20_000, n -> post("/kbs/v0/auth", from(7), HELLO));
      assertThat(count(429)).as("all from one address: " + answers).isGreaterThan(10_000);
      System.out.printf("100000 challenges in %d ms%n", (System.nanoTime() - start) / 1_000_000);
      assertThat(heap() - heap).isLessThan(HEAP_GROWTH);
      assertThat(disk() - disk).isLessThan(1 << 20);
      // whoever is honest is served meanwhile and after
      var guest = new Guest(platform);
      assertThat(guest.opened(Guest.bearer(broker, guest.token(broker), "default/key/one")))
          .isEqualTo(Scene.SECRET);
    }
    assertThat(rows().get("session")).isLessThan(10);
    assertThat(rows().get("audit_record")).isLessThan(60);
  }

  @Test
  void refused_attestations_and_bad_tokens_leave_summaries_and_a_bounded_rest() throws Exception {
    long begun = System.nanoTime();
    try (var platform = new Provisioning(Knobs.good());
        var broker = broker(platform)) {
      var guest = new Guest(platform);
      var cookies = new String[20_000];
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int t = 0; t < 8; t++) {
          int first = t;
          threads.execute(
              () -> {
                for (int i = first; i < cookies.length; i += 8) cookies[i] = cookie(broker, i);
              });
        }
      }
      String body = dev.theca.wire.json.Json.text(guest.evidence(new Guest.Challenged("", "AAAA")));
      long heap = heap();
      long disk = disk();
      long start = System.nanoTime();
      flood(
          broker,
          cookies.length,
          n -> post("/kbs/v0/attest", from(n) + "\r\nCookie: " + cookies[n], body));
      assertThat(count(401)).as(answers + "").isEqualTo(cookies.length);
      System.out.printf("20000 attestations in %d ms%n", (System.nanoTime() - start) / 1_000_000);
      start = System.nanoTime();
      flood(
          broker,
          20_000,
          n ->
              post(
                  "/kbs/v0/resource/default/key/one",
                  from(n) + "\r\nAuthorization: Bearer guess" + n,
                  "x"));
      assertThat(count(401)).as(answers + "").isEqualTo(20_000);
      System.out.printf("20000 bad tokens in %d ms%n", (System.nanoTime() - start) / 1_000_000);
      flood(
          broker,
          1000,
          n ->
              post(
                  "/kbs/v0/resource/default/key/one",
                  from(1 << 20) + "\r\nAuthorization: Bearer guess" + n,
                  "x"));
      assertThat(count(429)).as("one address guesses ten times: " + answers).isGreaterThan(900);
      assertThat(heap() - heap).isLessThan(HEAP_GROWTH);
      assertThat(disk() - disk).isLessThan(DISK_GROWTH);
    }
    var rows = rows();
    System.out.println(rows);
    // 600 a minute, whatever comes, and the two summaries of each minute
    long minutes = (System.nanoTime() - begun) / 60_000_000_000L + 3;
    assertThat(rows.get("audit_record")).isLessThan(700 * minutes);
    assertThat(rows.get("reason")).isLessThan(700 * minutes);
    assertThat(rows.get("recording")).isLessThan(1100);
    assertThat(rows.get("session")).isLessThan(16_000);
  }

  private static String cookie(Running broker, int n) {
    var from =
        java.util.List.of("X-Forwarded-For", from(n).substring("X-Forwarded-For: ".length()));
    var answer = broker.http("POST", "/kbs/v0/auth", HELLO, from);
    return answer.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
  }
}
