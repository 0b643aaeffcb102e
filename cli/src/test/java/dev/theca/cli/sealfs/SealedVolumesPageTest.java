package dev.theca.cli.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about sealed volumes: its commands do what it says, in its order. */
class SealedVolumesPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/sealed-volumes.md");
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME =
      Pattern.compile("^(?:[a-z]+\\.(?:seal|key|tar)|rootfs|site(?:/index)?)$");
  private static final String THECA = "$ ./theca ";

  @TempDir Path place;

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws IOException {
    Path site = Files.createDirectory(place.resolve("site"));
    Files.writeString(site.resolve("index"), "hello world\n");
    Files.createSymbolicLink(site.resolve("latest"), Path.of("index"));
    Files.write(place.resolve("site.tar"), Archives.site());
    var commands =
        CONSOLE
            .matcher(Files.readString(PAGE))
            .results()
            .flatMap(block -> Arrays.stream(block.group(1).split("(?m)^(?=\\$ )")))
            .toList();
    assertThat(commands).hasSize(11);
    for (String command : commands) run(command);
    assertThat(place.resolve("rootfs")).isDirectoryContaining("glob:**/site");
  }

  private void run(String command) {
    int end = command.indexOf('\n');
    String line = command.substring(0, end);
    assertThat(line).startsWith(THECA);
    String[] arguments =
        Arrays.stream(line.substring(THECA.length()).split(" "))
            .map(a -> NAME.matcher(a).matches() ? place.resolve(a).toString() : a)
            .toArray(String[]::new);
    Ran ran = Ran.theca(arguments);
    assertThat(ran.exitCode()).as(command + ran.out() + ran.err()).isZero();
    String out = ran.out().replace(place + "/", "");
    assertThat(out).as(command).matches(shown(command.substring(end + 1)));
  }

  /** The text of the page, where an ellipsis stands for anything on a line. */
  private static Pattern shown(String text) {
    return Pattern.compile(
        Arrays.stream(text.split("…", -1))
            .map(part -> part.isEmpty() ? "" : Pattern.quote(part))
            .collect(Collectors.joining("[^\n]*")));
  }

  /** An archive with a folder, a file and a link, as tar writes it. */
  private static final class Archives {
    private static final int BLOCK = 512;

    static byte[] site() {
      var out = new java.io.ByteArrayOutputStream();
      out.writeBytes(header("site/", 0, '5', 0755, ""));
      out.writeBytes(header("site/index", 12, '0', 0644, ""));
      out.writeBytes(Arrays.copyOf("hello world\n".getBytes(StandardCharsets.US_ASCII), BLOCK));
      out.writeBytes(header("site/latest", 0, '2', 0777, "index"));
      out.writeBytes(new byte[2 * BLOCK]);
      return out.toByteArray();
    }

    private static byte[] header(String name, int size, char type, int mode, String link) {
      byte[] block = new byte[BLOCK];
      put(block, 0, name);
      put(block, 100, "%07o".formatted(mode));
      put(block, 108, "0000000");
      put(block, 116, "0000000");
      put(block, 124, "%011o".formatted(size));
      put(block, 136, "14567000000");
      put(block, 148, "        ");
      block[156] = (byte) type;
      put(block, 157, link);
      put(block, 257, "ustar");
      put(block, 263, "00");
      int sum = 0;
      for (byte b : block) sum += b & 0xFF;
      put(block, 148, "%06o".formatted(sum));
      block[154] = 0;
      return block;
    }

    private static void put(byte[] block, int at, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, block, at, bytes.length);
    }
  }
}
