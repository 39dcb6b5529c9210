//! Locates and reads files. This is the only file of the module that accesses the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::{ConfigError, ConfigErrorKind};

/// A file system to read from: the disk, or a replacement for tests.
#[derive(Clone, Default)]
pub struct Files(Source);

/// The origin of file contents.
#[derive(Clone, Default)]
enum Source {
    #[default]
    Disk,
    Memory(Arc<BTreeMap<PathBuf, Vec<u8>>>),
    Reader(Arc<ReadFile>),
}

type ReadFile = dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync;

impl Files {
    /// Returns the file system of this machine.
    #[must_use]
    pub fn disk() -> Self {
        Self(Source::Disk)
    }

    /// Creates an in-memory file system with these paths and contents.
    pub fn of<P: Into<PathBuf>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self(Source::Memory(Arc::new(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect())))
    }

    /// Creates a file system whose contents are read by a function.
    pub fn reader(read: impl Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Source::Reader(Arc::new(read)))
    }

    /// Whether a read can block, as on a network file system.
    #[cfg(feature = "chain")]
    pub(crate) fn may_block(&self) -> bool {
        !matches!(self.0, Source::Memory(_))
    }

    /// Reads a text file of at most `max_bytes` bytes. Returns `None` if the file does not exist.
    ///
    /// `/dev/null` counts as an empty file.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::UnreadableFile`] with the path in these cases:
    ///
    /// - The file cannot be read, for example for lack of permission.
    /// - It is not a regular file, but a directory, a pipe or a device.
    /// - It is not UTF-8.
    /// - It is larger than `max_bytes`.
    pub fn read(&self, path: &Path, max_bytes: u64) -> Result<Option<Zeroizing<String>>, ConfigError> {
        let shown = path.display().to_string();
        self.read_as(path, &shown, max_bytes)
    }

    /// Replaces a file atomically. Only its owner may read it. Does nothing if the files are not on
    /// disk.
    #[cfg(feature = "sso")]
    pub(crate) fn write_secret(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        use std::io::Write as _;

        if !matches!(self.0, Source::Disk) {
            return Ok(());
        }
        let temporary = path.with_extension(format!("{:016x}.tmp", fastrand::u64(..)));
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&temporary).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()?;
            std::fs::rename(&temporary, path)
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        written
    }

    fn read_as(&self, path: &Path, shown: &str, max_bytes: u64) -> Result<Option<Zeroizing<String>>, ConfigError> {
        let unreadable = |problem: &str| {
            ConfigError::new(ConfigErrorKind::UnreadableFile, format!("{shown} {problem}")).at(path, None)
        };
        let read = match &self.0 {
            Source::Disk => read_disk(path, max_bytes),
            Source::Memory(files) => files.get(path).cloned().ok_or_else(|| ErrorKind::NotFound.into()),
            Source::Reader(read) => read(path),
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            // A home directory like /dev/null means that there are no files.
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(e) if e.kind() == ErrorKind::IsADirectory => {
                return Err(unreadable("is a directory, not a regular file").with_source(e));
            }
            Err(e) if matches!(e.get_ref(), Some(cause) if cause.is::<NotRegular>()) => {
                return Err(unreadable("is not a regular file").with_source(e));
            }
            Err(e) => return Err(unreadable("cannot be read").with_source(e)),
        };
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > max_bytes {
            return Err(unreadable(&format!("has more than {max_bytes} bytes")));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(error) => {
                let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
                let line = valid.split(|byte| *byte == b'\n').count();
                // Without the cause, because it contains the content of the file.
                Err(unreadable(&format!("is not UTF-8 in line {line}")).at(path, Some(line)))
            }
        }
    }
}

/// An error: the path is neither a file nor a directory. Reading it could block forever or have
/// side effects.
#[derive(Debug)]
struct NotRegular(&'static str);

impl fmt::Display for NotRegular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is {}", self.0)
    }
}

impl std::error::Error for NotRegular {}

/// Reads at most one byte more than `max_bytes`, so that the caller notices a file that is too
/// large.
fn read_disk(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    // Users disable a shared configuration file with this path. It never blocks.
    if cfg!(unix) && path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    // Checked before the open, because opening a pipe blocks, and opening a device can have side
    // effects.
    check_regular(&std::fs::metadata(path)?)?;
    let mut options = std::fs::File::options();
    options.read(true);
    // A pipe may replace the file in between.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, O_NONBLOCK);
    let file = options.open(path)?;
    check_regular(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The flag that opens a pipe without blocking, or 0 on platforms whose value is not listed. It has
/// no effect on regular files.
#[cfg(unix)]
const O_NONBLOCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    if cfg!(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc", target_arch = "sparc64")) {
        0
    } else {
        0o4000
    }
} else if cfg!(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd")) {
    4
} else {
    0
};

fn check_regular(metadata: &std::fs::Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    #[cfg(unix)]
    let is_pipe = std::os::unix::fs::FileTypeExt::is_fifo(&kind);
    #[cfg(not(unix))]
    let is_pipe = false;
    Err(io::Error::other(NotRegular(if is_pipe { "a pipe" } else { "a device or a socket" })))
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self.0, Source::Disk) { "Files(disk)" } else { "Files(custom)" })
    }
}

/// A platform: the syntax of paths, and the variables that name the home directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Platform {
    /// Linux, macOS and other Unix systems.
    Unix,
    /// Windows.
    Windows,
}

impl Platform {
    /// Returns the platform of this build.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(windows) { Self::Windows } else { Self::Unix }
    }

    /// Returns the home directory: `HOME`. On Windows, else `USERPROFILE`, else `HOMEDRIVE` and
    /// `HOMEPATH`.
    fn home(self, variable: &impl Fn(&str) -> Option<String>) -> Option<String> {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let windows = || match self {
            Self::Unix => None,
            Self::Windows => get("USERPROFILE").or_else(|| Some(get("HOMEDRIVE")? + &get("HOMEPATH")?)),
        };
        get("HOME").or_else(windows)
    }

    /// Returns the part of a path after `~/`.
    fn below_home(self, path: &str) -> Option<&str> {
        let rest = path.strip_prefix('~')?;
        rest.strip_prefix('/').or_else(|| (self == Self::Windows).then(|| rest.strip_prefix('\\'))?)
    }

    fn join(self, home: &str, below: &str) -> PathBuf {
        match self {
            Self::Unix => format!("{}/{below}", home.trim_end_matches('/')).into(),
            Self::Windows => format!("{}\\{}", home.trim_end_matches(['/', '\\']), below.replace('/', "\\")).into(),
        }
    }
}

/// The location of a file. It is displayed as it was written, so that `~` is not expanded in error
/// messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    shown: PathBuf,
    /// `None` if the path begins with `~/` and the home directory is unknown.
    path: Option<PathBuf>,
}

impl Location {
    /// Creates a location from a path. A leading `~/` stands for the home directory, which
    /// `variable` looks up.
    pub fn of(text: &str, platform: Platform, variable: impl Fn(&str) -> Option<String>) -> Self {
        let path = match platform.below_home(text) {
            Some(below) => platform.home(&variable).map(|home| platform.join(&home, below)),
            None => Some(text.into()),
        };
        Self { shown: text.into(), path }
    }

    /// Returns the path. Returns `None` if it begins with `~/` and the home directory is unknown.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Reads the file. Returns `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Files::read`].
    pub fn read(&self, files: &Files, max_bytes: u64) -> Result<Option<Zeroizing<String>>, ConfigError> {
        let Some(path) = &self.path else { return Ok(None) };
        files.read_as(path, &self.to_string(), max_bytes)
    }

    /// Returns the path. A `~/` is not expanded if the home directory is unknown.
    pub(super) fn shown_path(&self) -> &Path {
        self.path.as_deref().unwrap_or(&self.shown)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shown.display())
    }
}

/// The locations of the two shared configuration files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    config: Location,
    credentials: Location,
}

impl Locations {
    /// Determines the locations from environment variables.
    ///
    /// `AWS_CONFIG_FILE` defaults to `~/.aws/config`, and `AWS_SHARED_CREDENTIALS_FILE` to
    /// `~/.aws/credentials`.
    pub fn find(platform: Platform, variable: impl Fn(&str) -> Option<String>) -> Self {
        let location = |name: &str, default: &str| {
            let path = variable(name).filter(|path| !path.is_empty());
            Location::of(path.as_deref().unwrap_or(default), platform, &variable)
        };
        Self {
            config: location("AWS_CONFIG_FILE", "~/.aws/config"),
            credentials: location("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        }
    }

    /// Returns the location of the config file.
    #[must_use]
    pub fn config(&self) -> &Location {
        &self.config
    }

    /// Returns the location of the credentials file.
    #[must_use]
    pub fn credentials(&self) -> &Location {
        &self.credentials
    }
}

/// Returns the default locations below an unknown home directory.
impl Default for Locations {
    fn default() -> Self {
        Self::find(Platform::Unix, |_| None)
    }
}
