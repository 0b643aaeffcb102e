package dev.theca.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapTest {
  @TempDir Path folder;

  @Test
  void eachNameHasTheOthersContent() throws Exception {
    Path one = Files.writeString(folder.resolve("one"), "1");
    Path other = Files.writeString(folder.resolve("other"), "2");
    assertTrue(Swap.names(one, other));
    assertEquals("2", Files.readString(one));
    assertEquals("1", Files.readString(other));
  }

  @Test
  void withANameThatIsNotThereNothingChanges() throws Exception {
    Path one = Files.writeString(folder.resolve("one"), "1");
    assertFalse(Swap.names(one, folder.resolve("other")));
    assertEquals("1", Files.readString(one));
  }
}
