package dev.theca.linux.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Whatever the kernel's end says, the answer keeps to its form and nothing breaks. */
class FuseDispatchFuzzTest {
  /** As in memory, but sizes stay small, and a thing that breaks is a find. */
  private static final class Small extends MemoryFs {
    @Override
    public FuseAttr setattr(FuseCaller caller, long ino, Change change) {
      if (change.size() > 1 << 20) throw new FuseException(27);
      return super.setattr(caller, ino, change);
    }

    @Override
    public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
      assertThat(offset).isNotNegative();
      assertThat(into.remaining()).isLessThanOrEqualTo(Requests.MAX_WRITE + 8192);
      if (offset < 1 << 20) super.read(caller, node, handle, offset, into);
    }

    @Override
    public int write(
        FuseCaller caller, long ino, long handle, long offset, ByteBuffer data, int flags) {
      assertThat(offset).isNotNegative();
      if (offset > 1 << 20) throw new FuseException(27);
      return super.write(caller, ino, handle, offset, data, flags);
    }

    @Override
    public void fallocate(long ino, long offset, long length, int mode) {
      assertThat(offset).isNotNegative();
      assertThat(length).isNotNegative();
    }
  }

  private static void check(byte[] request, ByteBuffer answer) {
    if (answer.limit() == 0) return;
    answer.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int error = answer.getInt(4);
    assertThat(answer.getInt(0)).isEqualTo(answer.limit()).isGreaterThanOrEqualTo(16);
    assertThat(error).isBetween(-4095, 0);
    assertThat(error).as("EIO: the handler broke on bytes of the kernel").isNotEqualTo(-5);
    if (error != 0) assertThat(answer.limit()).isEqualTo(16);
    assertThat(answer.getLong(8))
        .isEqualTo(ByteBuffer.wrap(request).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(8));
  }

  private static void run(
      String name, java.util.function.BiFunction<FuseDispatch, byte[], ByteBuffer> way) {
    long runs =
        Fuzz.run(
            name,
            Requests.good(),
            request -> {
              if (request.length >= 4 && request.length % 3 != 0)
                ByteBuffer.wrap(request)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, request.length); // else most would fall at the first check
              var dispatch = Requests.dispatch(new Small());
              var unused =
                  way.apply(dispatch, Requests.of(8, 1, Requests.rest("name\0", 0100644, 0, 0, 0)));
              check(request, way.apply(dispatch, request));
            });
    assertThat(runs).isGreaterThan(100);
  }

  @Test
  void requests_on_the_device() {
    run("fuse-device", Requests::onDevice);
  }

  @Test
  void requests_on_a_ring() {
    run("fuse-ring", Requests::onRing);
  }
}
