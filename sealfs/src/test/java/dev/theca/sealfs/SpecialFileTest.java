package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Devices, pipes and sockets. */
class SpecialFileTest extends PosixTest {
  @Test
  void a_device_is_the_one_that_was_made_also_after_a_remount() throws Exception {
    Path where = Files.createTempDirectory(bed.root(), "devices");
    assertThat(
            bed.python(
                where,
                """
                for kind, major, minor in (stat.S_IFCHR, 1, 3), (stat.S_IFBLK, 4095, 1048575), (stat.S_IFCHR, 0, 0):
                    os.mknod("%o-%d" % (kind, major), kind | 0o666, os.makedev(major, minor))
                fd = os.open("20000-1", os.O_RDWR)
                print(os.write(fd, b"gone"), os.read(fd, 5))
                """))
        .isEqualTo("4 b''");
    bed.remount();
    assertThat(
            bed.python(
                where,
                """
                for name in sorted(os.listdir(".")):
                    s = os.stat(name)
                    print(oct(s.st_mode), os.major(s.st_rdev), os.minor(s.st_rdev), s.st_size)
                """))
        .isEqualTo("0o20666 0 0 0\n0o20666 1 3 0\n0o60666 4095 1048575 0");
  }

  @Test
  void a_pipe_and_a_socket_carry_data() throws Exception {
    assertThat(
            python(
                """
                import socket
                os.mkfifo("p", 0o600)
                out = os.open("p", os.O_RDONLY | os.O_NONBLOCK)
                into = os.open("p", os.O_WRONLY)
                print(os.write(into, b"through"), os.read(out, 99))
                server, client = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
                server.bind("s"), server.listen(), client.connect("s")
                client.send(b"hello")
                print(server.accept()[0].recv(9), oct(os.stat("s").st_mode), links("s"))
                print(word(client.bind, "s"), word(opened, "p", os.O_WRONLY | os.O_TRUNC))
                os.rename("s", "t"), os.unlink("t"), os.unlink("p")
                """))
        .isEqualTo("7 b'through'\nb'hello' 0o140777 1\nEADDRINUSE ok");
  }
}
