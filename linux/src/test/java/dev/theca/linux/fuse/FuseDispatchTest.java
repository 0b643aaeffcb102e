package dev.theca.linux.fuse;

import static dev.theca.linux.fuse.Requests.of;
import static dev.theca.linux.fuse.Requests.rest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes in, bytes out, without a kernel. */
class FuseDispatchTest {
  private final FuseDispatch dispatch = Requests.dispatch(new MemoryFs());

  static Stream<Arguments> bad() {
    int long1 = -1;
    return Stream.of(
        bad("a name without its end", of(1, 1, rest("name")), Errno.EINVAL),
        bad("an empty name", of(1, 1, rest("\0")), Errno.EINVAL),
        bad("a name with a slash", of(10, 1, rest("a/b\0")), Errno.EINVAL),
        bad("a rename to nothing", of(12, 1, rest("a\0", 1, 0)), Errno.EINVAL),
        bad("a link without target", of(6, 1, rest("a\0")), Errno.EINVAL),
        bad(
            "a read of minus one",
            of(15, 1, rest("", 0, 0, 0, 0, -1, 0, 0, 0, 0, 0)),
            Errno.EINVAL),
        bad(
            "a read of more than there is room for",
            of(15, 1, rest("", 0, 0, 0, 0, 1 << 30, 0, 0, 0, 0, 0)),
            Errno.EINVAL),
        bad(
            "a read before the start",
            of(15, 1, rest("", 0, 0, 0, long1, 4096, 0, 0, 0, 0, 0)),
            Errno.EINVAL),
        bad(
            "a write of more than was sent",
            of(16, 1, rest("data", 0, 0, 0, 0, 5, 0, 0, 0, 0, 0)),
            Errno.EINVAL),
        bad(
            "a write of minus one",
            of(16, 1, rest("data", 0, 0, 0, 0, -1, 0, 0, 0, 0, 0)),
            Errno.EINVAL),
        bad("a value of more than was sent", of(21, 1, rest("user.x\0abc", 4, 0)), Errno.EINVAL),
        bad("a value of minus one", of(21, 1, rest("user.x\0abc", -1, 0)), Errno.EINVAL),
        bad(
            "a listing of minus one",
            of(28, 1, rest("", 0, 0, 0, 0, -1, 0, 0, 0, 0, 0)),
            Errno.EINVAL),
        bad("a hole before the start", of(46, 1, rest("", 0, 0, 0, -1, 3, 0)), Errno.ENXIO),
        bad("an unknown operation", of(4711, 1, rest("")), Errno.ENOSYS),
        bad("a negative operation", of(-1, 1, rest("")), Errno.ENOSYS),
        bad("FLUSH", of(25, 1, rest("", 0, 0, 0, 0, 0, 0)), Errno.ENOSYS),
        bad("CREATE", of(35, 1, rest("a\0", 0, 0, 0, 0)), Errno.ENOSYS),
        bad("IOCTL", of(39, 1, rest("", 0, 0, 0, 0, 0, 0, 0, 0)), Errno.ENOTTY));
  }

  private static Arguments bad(String what, byte[] request, int errno) {
    return Arguments.of(what, request, errno);
  }

  private static void refused(ByteBuffer answer, int errno) {
    answer.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(answer.limit()).isEqualTo(16);
    assertThat(answer.getInt(4)).isEqualTo(-errno);
    assertThat(answer.getLong(8)).isEqualTo(77);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void what_cannot_be_is_refused_on_both_transports(String what, byte[] request, int errno) {
    refused(Requests.onDevice(dispatch, request), errno);
    refused(Requests.onRing(dispatch, request), errno);
  }

  @Test
  void a_request_whose_fixed_part_is_cut_is_refused() {
    for (FuseOp op : FuseOp.values()) {
      if (op.fixedSize == 0 || op == FuseOp.FORGET) continue;
      if (op == FuseOp.BATCH_FORGET || op == FuseOp.INTERRUPT) continue;
      byte[] cut = of(op.code, 1, new byte[op.fixedSize - 1]);
      refused(Requests.onDevice(dispatch, cut), Errno.EINVAL);
    }
  }

  @Test
  void a_length_that_is_not_the_one_received_gets_no_answer() {
    byte[] request = of(3, 1, rest("", 0, 0, 0, 0));
    request[0]++;
    assertThat(Requests.onDevice(dispatch, request).limit()).isZero();
    assertThat(Requests.onDevice(dispatch, new byte[39]).limit()).isZero();
  }

  @Test
  void a_ring_payload_beyond_its_buffer_is_not_read() {
    var header = ByteBuffer.allocateDirect(288);
    var payload = ByteBuffer.allocateDirect(4096);
    var request = FuseRequest.ofRing(header, payload);
    for (int size : new int[] {-1, 4097, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      header.putInt(272, size);
      assertThat(request.received()).isFalse();
    }
  }

  @Test
  void forgetting_is_never_answered() {
    assertThat(Requests.onDevice(dispatch, of(2, 1, rest("", 1, 0))).limit()).isZero();
    assertThat(Requests.onDevice(dispatch, of(42, 0, rest("", 1000, 0, 1, 0))).limit()).isZero();
    assertThat(Requests.onDevice(dispatch, of(2, 1, rest(""))).limit()).isZero();
    assertThat(Requests.onDevice(dispatch, of(36, 0, rest("", 1, 0))).limit()).isZero();
  }

  @Test
  void the_kernel_is_met_with_what_both_know() {
    byte[] init = of(26, 0, rest("", 7, 45, 131072, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    var device = Requests.init(false);
    var answer = Requests.onDevice(new FuseDispatch(new MemoryFs(), device, 1), init);
    assertThat(answer.limit()).isEqualTo(16 + 64);
    assertThat(answer.getInt(16)).isEqualTo(7);
    assertThat(answer.getInt(20)).isEqualTo(38);
    assertThat(answer.getInt(28) & 1 << 16).as("writeback cache").isZero();
    assertThat(answer.getInt(48)).as("flags2").isZero();
    var again = new FuseDispatch(new MemoryFs(), device, 1);
    refused(Requests.onDevice(again, init), Errno.EINVAL);
    var ring = new FuseDispatch(new MemoryFs(), Requests.init(true), 1);
    answer = Requests.onDevice(ring, init);
    assertThat(answer.getInt(20)).isEqualTo(42);
    assertThat(answer.getInt(48)).isEqualTo(1 << 9);
  }

  @Test
  void an_old_kernel_without_the_second_word_gets_no_ring() {
    var init = Requests.init(true);
    var dispatch = new FuseDispatch(new MemoryFs(), init, 1);
    var answer = Requests.onDevice(dispatch, of(26, 0, rest("", 7, 31, 131072, 0x3FFFFFFF)));
    assertThat(answer.getInt(20)).isEqualTo(31);
    assertThat(answer.getInt(28) & 1 << 30).isZero();
    assertThat(init.agreed().orElseThrow().ring()).isFalse();
    var older = new FuseDispatch(new MemoryFs(), Requests.init(true), 1);
    refused(Requests.onDevice(older, of(26, 0, rest("", 7, 30, 0, 0))), Errno.EPROTO);
  }

  @Test
  void a_ring_keeps_its_buffers_within_the_budget() {
    assertThat(FuseRing.Plan.of(4, 1 << 20))
        .satisfies(plan -> assertThat(plan.depth()).isEqualTo(8))
        .satisfies(plan -> assertThat(plan.maxWrite()).isEqualTo(1 << 20));
    assertThat(FuseRing.Plan.of(32, 1 << 20).depth()).isEqualTo(2);
    assertThat(FuseRing.Plan.of(128, 1 << 20))
        .satisfies(plan -> assertThat(plan.depth()).isEqualTo(1))
        .satisfies(plan -> assertThat(plan.maxWrite()).isEqualTo(512 << 10));
    assertThat(FuseRing.Plan.of(1024, 1 << 20).maxWrite()).isEqualTo(256 << 10);
    assertThat(FuseRing.Plan.of(1024, 4096).maxWrite()).isEqualTo(4096);
  }

  /** Once the kernel has agreed, it says with an access list whether setgid goes (7.33). */
  @Test
  void a_longer_setxattr_is_understood_after_init_only() {
    var seen = new java.util.ArrayList<Integer>();
    var watched =
        new MemoryFs() {
          @Override
          public void setxattr(FuseCaller caller, long ino, byte[] name, byte[] value, int flags) {
            assertThat(value).containsExactly('v', 'a', 'l', 'u', 'e');
            seen.add(flags);
          }
        };
    var options = FuseOptions.of("test").withPosixAcl(true);
    var both = new FuseInit(options, Requests.MAX_WRITE, () -> false);
    var asked = new FuseDispatch(watched, both, 1);
    Requests.onDevice(asked, of(21, 1, rest("user.x\0value", 5, 2)));
    Requests.onDevice(
        asked, of(26, 0, rest("", 7, 45, 131072, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    Requests.onDevice(asked, of(21, 1, rest("user.x\0value", 5, 1, 0, 0)));
    Requests.onDevice(asked, of(21, 1, rest("user.x\0value", 5, 0, 1, 0)));
    assertThat(seen)
        .containsExactly(
            FuseFlags.XATTR_REPLACE, FuseFlags.XATTR_CREATE, FuseFlags.XATTR_KILL_SGID);
  }
}
