package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.PosixBed.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A volume without room for more: refusals, nothing spoiled, and a way out. */
class FullVolumeTest {
  private static final long BYTES = 8 << 20;
  private static final long INODES = 300;

  private static PosixBed bed(Kind kind) throws Exception {
    return PosixBed.make(kind, VolumeOptions.USUAL.withQuota(BYTES, INODES));
  }

  @ParameterizedTest
  @EnumSource(names = {"DURABLE", "THROUGH", "UPPER"})
  void what_does_not_fit_is_refused_and_the_rest_stays(Kind kind) throws Exception {
    try (var bed = bed(kind)) {
      Path where = Files.createDirectory(bed.root().resolve("full"));
      assertThat(
              bed.python(
                  where,
                  """
                  import hashlib
                  write("kept", b"kept" * 100_000)
                  def fill():
                      fd = os.open("big", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
                      try:
                          while True:
                              os.write(fd, os.urandom(1 << 16)), os.fsync(fd)
                      finally:
                          os.close(fd)
                  print(word(fill), open("kept", "rb").read() == b"kept" * 100_000)
                  room = os.statvfs(".")
                  print(room.f_bavail * room.f_frsize < 1 << 18, room.f_bfree <= room.f_blocks)
                  """))
          .isEqualTo("ENOSPC True\nTrue True");
      bed.remount();
      assertThat(
              bed.python(
                  where,
                  """
                  print(open("kept", "rb").read() == b"kept" * 100_000, os.path.getsize("big") > 4 << 20)
                  print(len(open("big", "rb").read()) == os.path.getsize("big"))
                  os.unlink("big")
                  write("next", b"n" * (3 << 20))
                  fd = os.open("next", os.O_RDWR)
                  os.fsync(fd), os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                  print(os.pread(fd, 4 << 20, 0) == b"n" * (3 << 20))
                  """))
          .isEqualTo("True True\nTrue\nTrue");
    }
  }

  /** Filling and emptying again and again loses no room: what is freed can be used. */
  @ParameterizedTest
  @EnumSource(names = {"THROUGH", "UPPER"})
  void a_full_volume_can_be_emptied_in_every_way(Kind kind) throws Exception {
    try (var bed = bed(kind)) {
      assertThat(
              bed.python(
                  """
                  def fill():
                      fd = os.open("big", os.O_CREAT | os.O_RDWR)
                      size = 0
                      try:
                          while True:
                              os.pwrite(fd, os.urandom(1 << 17), size), os.fsync(fd)
                              size += 1 << 17
                      except OSError as e:
                          assert e.errno == errno.ENOSPC, e
                      return fd, size
                  sizes = []
                  for way in "unlink", "truncate", "punch", "replace", "write over", "unlink":
                      fd, size = fill()
                      sizes.append(size >> 20)
                      if way == "unlink":
                          os.unlink("big")
                      elif way == "truncate":
                          os.ftruncate(fd, 0)
                      elif way == "punch":
                          fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 0, size)
                      elif way == "replace":
                          make("file", "small"), os.rename("small", "big")
                      else:
                          os.truncate("big", 1 << 20), os.unlink("big")
                      os.close(fd)
                  print("True True" if max(sizes) - min(sizes) <= 1 and min(sizes) >= 5 else sizes)
                  """))
          .isEqualTo("True True");
    }
  }

  /** With the kernel's write cache a range that is not reserved shows ENOSPC too late. */
  @ParameterizedTest
  @EnumSource(names = {"DURABLE", "THROUGH", "UPPER"})
  void a_reserved_range_can_be_written_when_everything_else_is_full(Kind kind) throws Exception {
    try (var bed = bed(kind)) {
      assertThat(
              bed.python(
                  """
                  def free():
                      room = os.statvfs(".")
                      return room.f_bavail * room.f_frsize
                  before = free()
                  fd = os.open("log", os.O_CREAT | os.O_RDWR)
                  os.posix_fallocate(fd, 0, 2 << 20)
                  print(before - free() >= 2 << 20, os.fstat(fd).st_blocks * 512 >= 2 << 20)
                  def fill():
                      big = os.open("big", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
                      while True:
                          os.write(big, os.urandom(1 << 16)), os.fsync(big)
                  print(word(fill))
                  for turn in range(3):
                      data = os.urandom(2 << 20)
                      for at in range(0, 2 << 20, 10_000):
                          os.pwrite(fd, data[at:at + 10_000], at)
                      print(word(os.fsync, fd), os.pread(fd, 2 << 20, 0) == data)
                  os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                  print(os.pread(fd, 2 << 20, 0) == data, word(os.posix_fallocate, fd, 0, 4 << 20))
                  """))
          .isEqualTo("True True\nENOSPC\n" + "ok True\n".repeat(3) + "True ENOSPC");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DURABLE", "UPPER"})
  void the_number_of_files_is_bounded(Kind kind) throws Exception {
    try (var bed = bed(kind)) {
      assertThat(
              bed.python(
                  """
                  made = 0
                  while word(make, KINDS[made % 7], str(made)) == "ok":
                      made += 1
                  print(made > 280, word(os.mkdir, "d"), word(os.symlink, "t", "s"), word(os.link, "0", "l"))
                  print(word(os.open, ".", os.O_TMPFILE | os.O_RDWR), word(rename, "0", "n", WHITEOUT))
                  free = os.statvfs(".")
                  print(free.f_ffree, free.f_files >= made, word(os.unlink, "0"), os.statvfs(".").f_ffree)
                  print(word(os.mkdir, "d"), word(os.rename, "1", "e"), word(os.unlink, "l"))
                  end = time.time() + 30
                  while os.statvfs(".").f_ffree == 0 and time.time() < end:
                      time.sleep(0.01) # until the kernel has forgotten it
                  print(word(os.mkdir, "d"))
                  """))
          .isEqualTo("True ENOSPC ENOSPC ok\nENOSPC ENOSPC\n0 True ok 0\nENOSPC ok ok\nok");
    }
  }
}
