package dev.theca.node.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What plain containers read and write: FIFOs, terminals, files, programs. */
class PlainStreamsTest extends OnRealRuntime {
  @Test
  void output_and_errors_arrive_apart_and_end_with_the_process() throws Exception {
    var box = stand.box("a", "sh", "-c", "echo out; echo err >&2").listening().run();
    assertThat(box.await()).isZero();
    assertThat(box.text("out")).isEqualTo("out\n");
    assertThat(box.text("err")).isEqualTo("err\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1234})
  void input_ends_when_it_is_closed_and_not_when_a_client_goes(int user) throws Exception {
    var box =
        stand.box("a", "sh", "-c", "sleep 0.5; cat /dev/stdin; echo end > /dev/stdout").user(user);
    box.talking().listening().run();
    Files.writeString(Path.of(box.in), "one ");
    Files.writeString(Path.of(box.in), "two ");
    assertThat(box.status("")).isEqualTo(2);
    try (var client = Files.newOutputStream(Path.of(box.in))) {
      box.closeInput("");
      client.write("three\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertThat(box.await()).isZero();
    assertThat(box.text("out")).isEqualTo("one two three\nend\n");
  }

  @ParameterizedTest
  @CsvSource({"4321, 4322", "0, 0"})
  void streams_belong_to_whom_the_options_name(int user, int group) throws Exception {
    var box = stand.box("a", "sleep", "1000").user(user).listening();
    box.options = new ProtoWriter().varint(4, user).varint(5, group).toBytes();
    box.run();
    assertThat(Files.getAttribute(Path.of(box.out), "unix:uid")).isEqualTo(user);
    assertThat(Files.getAttribute(Path.of(box.out), "unix:gid")).isEqualTo(group);
  }

  @Test
  void sixty_four_megabytes_pass_a_fifo() throws Exception {
    var box = stand.box("a", "cat", "/tmp/big");
    Stand.run("sh", "-c", "head -c 67108864 /dev/zero > " + stand.tree.resolve("tmp/big"));
    box.listening().run();
    box.await();
    assertThat(box.bytes("out")).hasSize(64 << 20);
  }

  @Test
  void sixty_four_megabytes_pass_a_terminal_up_to_the_last() throws Exception {
    Stand.run("sh", "-c", "head -c 67108864 /dev/zero > " + stand.tree.resolve("tmp/big"));
    var box = stand.box("a", "sh", "-c", "cat /tmp/big; echo end").terminal().listening().run();
    assertThat(box.await()).isZero();
    byte[] all = box.bytes("out");
    assertThat(all).hasSize((64 << 20) + 5).endsWith('e', 'n', 'd', '\r', '\n');
    assertThat(box.delete()).isZero();
  }

  @Test
  void a_terminal_has_the_size_it_is_given_and_echoes() throws Exception {
    var box = stand.box("a", "sh", "-c", "read x; stty size; echo got $x").terminal();
    box.talking().listening().create();
    box.resize("", 97, 31);
    box.start();
    Files.writeString(Path.of(box.in), "hello\n");
    assertThat(box.await()).isZero();
    assertThat(box.text("out")).isEqualTo("hello\r\n31 97\r\ngot hello\r\n");
    assertThat(box.delete()).isZero();
    assertThat(folder.resolve("pty")).isEmptyDirectory();
  }

  @Test
  void a_further_process_may_have_a_terminal() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    String until = "while [ \"$(stty size)\" != '40 120' ]; do sleep 0.1; done; stty size";
    box.exec("e", "", box.fifo("tty"), true, "sh", "-c", until);
    box.start("e");
    box.resize("e", 120, 40);
    assertThat(box.await("e")).isZero();
    assertThat(box.text("tty")).endsWith("40 120\r\n");
    assertThat(box.delete("e")).isZero();
  }

  @Test
  void a_further_process_reads_what_it_is_sent() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    Path input = box.pipe("input");
    box.exec("e", input.toString(), box.fifo("copy"), false, "cat");
    box.start("e");
    Files.writeString(input, "to the exec");
    box.closeInput("e");
    assertThat(box.await("e")).isZero();
    assertThat(box.text("copy")).isEqualTo("to the exec");
  }

  @Test
  void output_goes_to_a_file_that_is_appended_to() throws Exception {
    Path log = folder.resolve("logs/a.log");
    for (String word : new String[] {"one", "two"}) {
      var box = stand.box("a", "sh", "-c", "echo " + word + "; echo " + word + " >&2");
      box.out = box.err = "file://" + log;
      assertThat(box.run().await()).isZero();
      box.delete();
    }
    assertThat(Files.readString(log)).isEqualTo("one\none\ntwo\ntwo\n");
  }

  @Test
  void output_goes_to_a_program_that_logs() throws Exception {
    Path log = folder.resolve("log");
    Path program = folder.resolve("logger");
    Files.writeString(
        program,
        "#!/bin/sh\nexec 5>&-\necho $CONTAINER_NAMESPACE $1=$2 > "
            + log
            + "\ncat <&3 >> "
            + log
            + "\ncat <&4 >> "
            + log
            + "\n");
    Stand.run("chmod", "755", program.toString());
    var box = stand.box("a", "sh", "-c", "echo said; echo sorry >&2");
    box.out = box.err = "binary://" + program + "?key=a%20value";
    assertThat(box.run().await()).isZero();
    box.delete();
    assertThat(Files.readString(log)).isEqualTo("test key=a value\nsaid\nsorry\n");
  }

  @Test
  void a_stream_of_an_unknown_kind_is_refused_and_leaves_nothing() throws Exception {
    var box = stand.box("a", "true");
    box.out = "gopher://there";
    refused(RpcStatus.INVALID_ARGUMENT, box::create);
    refused(RpcStatus.NOT_FOUND, () -> box.status(""));
  }
}
