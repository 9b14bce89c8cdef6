package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A real Chromium without a window. */
final class Browser implements AutoCloseable {
  private static final File DRIVER = new File("/usr/bin/chromedriver");
  private static final File CHROMIUM = new File("/usr/bin/chromium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser open(String url) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM);
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
    ChromeDriver driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .build(),
            options);
    driver.manage().window().setSize(new Dimension(1400, 1050));
    driver.get(url);
    return new Browser(driver);
  }

  ChromeDriver driver() {
    return driver;
  }

  WebElement find(String css) {
    return Eventually.get(() -> all(css), found -> !found.isEmpty()).getFirst();
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** What stands there now; empty for what is not there, or was just made anew. */
  String text(String css) {
    try {
      return driver.findElement(By.cssSelector(css)).getText();
    } catch (NoSuchElementException | StaleElementReferenceException e) {
      return "";
    }
  }

  /** An attribute as it is now, with the same emptiness. */
  String attribute(String css, String name) {
    try {
      return String.valueOf(driver.findElement(By.cssSelector(css)).getDomAttribute(name));
    } catch (NoSuchElementException | StaleElementReferenceException e) {
      return "";
    }
  }

  void awaitText(String css, String text) {
    var _ =
        Eventually.get(java.time.Duration.ofSeconds(60), () -> text(css), t -> t.contains(text));
  }

  void type(String css, String text) {
    WebElement field = find(css);
    field.clear();
    field.sendKeys(text);
  }

  /** What a script of the page gives, once its promise is kept. */
  Object script(String text) {
    return driver.executeAsyncScript(
        "const done = arguments[arguments.length - 1]; (async () => {" + text + "})().then(done);");
  }

  String cookie() {
    return "berth-session=" + driver.manage().getCookieNamed("berth-session").getValue();
  }

  void screenshot(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing was blocked by the page's policy, and no script failed. */
  void requireNoComplaints(String... expected) {
    assertThat(driver.manage().logs().get("browser").getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .extracting(entry -> entry.getMessage())
        .filteredOn(message -> List.of(expected).stream().noneMatch(message::contains))
        .isEmpty();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
