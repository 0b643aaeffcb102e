package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.kit.Fuzz;
import dev.theca.node.snapshot.SnapshotCalls.Method;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of the service: lists, filters, and requests that are wrong. */
class RequestTest {
  private static final String UIDS = "containerd.io/snapshot/uidmapping";

  @TempDir Path folder;
  private Snapshotter snapshotter;
  private SnapshotCalls calls;

  @BeforeEach
  void open() throws IOException {
    var rule = new RemoteRule(false, List.of(), folder.resolve("content"));
    snapshotter = new Snapshotter(new SnapshotStore(folder.resolve("store")), rule);
    calls = new SnapshotCalls(snapshotter);
  }

  @AfterEach
  void close() throws IOException {
    snapshotter.close();
  }

  private static byte[] prepare(String key, String parent, Map<String, String> labels) {
    return new ProtoWriter()
        .string(1, "theca")
        .string(2, key)
        .string(3, parent)
        .map(4, labels)
        .toBytes();
  }

  private void refused(RpcStatus code, Method method, byte[] request) {
    assertThatThrownBy(() -> calls.answer(method, request))
        .isInstanceOfSatisfying(SnapshotRefused.class, e -> assertThat(e.status()).isEqualTo(code));
    assertThat(snapshotter.list(any -> true)).as("nothing is left of it").isEmpty();
  }

  @Test
  void names_that_are_empty_or_endless_are_refused() {
    for (Method method : Method.values()) {
      if (method == Method.LIST || method == Method.CLEANUP) continue;
      refused(RpcStatus.INVALID_ARGUMENT, method, new byte[0]);
    }
    refused(RpcStatus.INVALID_ARGUMENT, Method.PREPARE, prepare("k".repeat(4097), "", Map.of()));
    refused(RpcStatus.INVALID_ARGUMENT, Method.PREPARE, prepare("k\0", "", Map.of()));
    refused(RpcStatus.INVALID_ARGUMENT, Method.PREPARE, prepare("k", "p".repeat(9999), Map.of()));
  }

  @Test
  void labels_beyond_containerds_limits_are_refused() {
    refused(
        RpcStatus.INVALID_ARGUMENT,
        Method.PREPARE,
        prepare("k", "", Map.of("l", "v".repeat(4096))));
    refused(RpcStatus.INVALID_ARGUMENT, Method.VIEW, prepare("k", "", Map.of("", "v")));
    var many = new HashMap<String, String>();
    for (int i = 0; i < 100; i++) many.put("label" + i, "v".repeat(4000));
    refused(RpcStatus.INVALID_ARGUMENT, Method.PREPARE, prepare("k", "", many));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "0:1", "1:0:10", "0:1:0", "0:4294967295:2", "0:1:1,", "-1:0:1", "0:1:1;0"})
  void a_mapping_that_is_none_is_refused(String mapping) {
    var labels = Map.of(UIDS, mapping, UIDS.replace("uid", "gid"), "0:1000:10");
    refused(RpcStatus.INVALID_ARGUMENT, Method.PREPARE, prepare("k", "", labels));
  }

  @Test
  void the_largest_labels_come_back_after_a_restart() throws Exception {
    var labels = new HashMap<String, String>();
    for (int i = 10; i < 70; i++) labels.put("l" + i, "\u0001".repeat(4093));
    var unused = calls.answer(Method.PREPARE, prepare("k".repeat(4096), "", labels));
    close();
    open();
    assertThat(snapshotter.stat("k".repeat(4096)).labels()).isEqualTo(labels);
  }

  private int count(List<byte[]> messages) {
    int count = 0;
    for (byte[] message : messages) {
      var in = new ProtoReader(message);
      int here = 0;
      while (in.next()) here++;
      assertThat(here).isBetween(1, 100);
      count += here;
    }
    return count;
  }

  @Test
  void a_list_comes_in_pieces_and_an_empty_one_not_at_all() throws Exception {
    assertThat(calls.answer(Method.LIST, new byte[0])).isEmpty();
    for (int i = 0; i < 250; i++) {
      var unused = calls.answer(Method.PREPARE, prepare("k/" + i, "", Map.of("n", i + "")));
    }
    var all = calls.answer(Method.LIST, new byte[0]);
    assertThat(all).hasSize(3);
    assertThat(count(all)).isEqualTo(250);
    var one = new ProtoWriter().strings(2, List.of("labels.n==17", "name==\"k/3\"")).toBytes();
    assertThat(count(calls.answer(Method.LIST, one))).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "labels.\"containerd.io/snapshot.ref\"==sha256:a,parent==\"p q\" | true",
        "labels.\"containerd.io/snapshot.ref\"==sha256:b,parent==\"p q\" | false",
        "labels.\"containerd.io/snapshot.ref\"==sha256:a,parent==other | false",
        "name==n | true",
        "name!=n | false",
        "kind==Committed | true",
        "kind==\"Active\" | false",
        "labels.none!=x | true",
        "labels.none==x | false",
        "labels.quote==\"a\\\"b\" | true",
        "name~=zzz | true",
        "labels.none | true",
        "name== | true",
        "name==n,, | true",
        "unknown==x | true",
        "name==\"open | true",
      })
  void filters_are_kept_or_let_everything_pass(String filter, boolean passes) {
    var labels = Map.of("containerd.io/snapshot.ref", "sha256:a", "quote", "a\"b");
    var snapshot = Snapshot.made("n", "p q", Snapshot.Kind.COMMITTED, labels, 1, true);
    assertThat(Filters.of(List.of(filter)).test(snapshot)).isEqualTo(passes);
    assertThat(Filters.of(List.of(filter, "name==n")).test(snapshot)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "*, a, true",
    "a, a, true",
    "a, ab, false",
    "r.io/*, r.io/x/y:1, true",
    "r.io/*, r.ioo/x, false",
    "*:secret*, r.io/x:secret-1, true",
    "a*b*c, aXbXbXc, true",
    "a*b*c, aXbXbX, false",
    "'', a, false",
  })
  void references_are_listed_with_stars(String pattern, String text, boolean matches) {
    assertThat(RemoteRule.matches(pattern, text)).isEqualTo(matches);
  }

  @Test
  void fuzz_requests() {
    var seeds =
        List.of(
            prepare("k/1/a", "", Map.of("containerd.io/snapshot.ref", "sha256:x")),
            prepare("k/2/b", "theca/x", Map.of(UIDS, "0:1:1", "a", "b")),
            new ProtoWriter().string(1, "theca").string(2, "done").string(3, "k/1/a").toBytes(),
            new ProtoWriter()
                .message(2, new ProtoWriter().string(1, "done").map(6, Map.of("a", "b")))
                .message(3, new ProtoWriter().string(1, "labels.a"))
                .toBytes(),
            new ProtoWriter()
                .strings(2, List.of("labels.\"a.b\"==c,parent==\"x\\\"y\"", "kind!=View"))
                .toBytes());
    long runs =
        Fuzz.run(
            "snapshot requests",
            seeds,
            input -> {
              for (Method method : Method.values()) {
                try {
                  var unused = calls.answer(method, input);
                } catch (SnapshotRefused | ProtoException e) {
                  assertThat(e.getMessage()).isNotEmpty();
                }
              }
            });
    assertThat(runs).isPositive();
    assertThat(snapshotter.list(any -> true)).allMatch(s -> s.folder() > 0);
  }

  @Test
  void fuzz_records() {
    var log =
        List.of(
            "00000000 {}".getBytes(),
            "d2b9f2b1 {\"put\":[{\"name\":\"a\",\"kind\":\"Active\",\"folder\":1}]}".getBytes());
    long runs = Fuzz.run("snapshot records", log, SnapshotLog::record);
    assertThat(runs).isGreaterThan(100);
  }
}
