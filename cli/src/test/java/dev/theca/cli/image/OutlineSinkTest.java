package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.unpack.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutlineSinkTest {
  private static final Attributes PLAIN = new Attributes(0644, 0, 0, 0, Map.of());
  private final OutlineSink one = new OutlineSink();
  private final OutlineSink other = new OutlineSink();

  private static byte[] name(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void a_hole_is_the_zeros_that_readers_see() {
    long sparse = one.file(one.root(), name("f"), PLAIN);
    one.data(sparse, 70_000, new byte[] {1}, 0, 1);
    one.end(sparse, 140_000);
    byte[] whole = new byte[140_000];
    whole[70_000] = 1;
    long dense = other.file(PLAIN);
    other.data(dense, 0, whole, 0, whole.length);
    other.end(dense, whole.length);
    other.attach(dense, other.root(), name("f"));
    assertThat(TreeDifference.of(one.tree(), other.tree())).isEmpty();
    whole[139_999] = 1;
    long changed = other.file(PLAIN);
    other.data(changed, 0, whole, 0, whole.length);
    other.end(changed, whole.length);
    other.unlink(other.root(), name("f"));
    other.attach(changed, other.root(), name("f"));
    assertThat(TreeDifference.of(one.tree(), other.tree()))
        .singleElement()
        .matches(change -> change.text().startsWith("~ /f  content "));
  }

  @Test
  void two_names_of_one_file_are_not_two_files() {
    long file = one.file(one.root(), name("a"), PLAIN);
    one.end(file, 0);
    one.link(one.root(), name("a"), one.root(), name("b"));
    for (String each : new String[] {"a", "b"})
      other.end(other.file(other.root(), name(each), PLAIN), 0);
    assertThat(TreeDifference.of(one.tree(), other.tree()))
        .extracting(TreeDifference.Change::text)
        .containsExactly("~ /a  names 2 -> none", "~ /b  names 2 -> none");
    one.unlink(one.root(), name("b"));
    other.unlink(other.root(), name("b"));
    assertThat(TreeDifference.of(one.tree(), other.tree())).isEmpty();
  }

  @Test
  void a_name_that_is_no_text_is_shown_by_its_bytes() {
    byte[] odd = {'x', (byte) 0xff};
    long made = one.directory(one.root(), odd, PLAIN);
    assertThat(made).isNotEqualTo(one.root());
    assertThat(TreeDifference.of(other.tree(), one.tree()))
        .extracting(TreeDifference.Change::path)
        .containsExactly("/x\\xff");
    assertThat(TreeNode.readable(TreeNode.key(name("\u00fc")))).isEqualTo("\u00fc");
  }
}
