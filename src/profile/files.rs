//! Where the files are, and reading them: the one place of this module that touches the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::{ConfigError, ConfigErrorKind};

/// Files to read: those of the disk, or others in their place.
#[derive(Clone, Default)]
pub struct Files(Source);

/// Where files are read.
#[derive(Clone, Default)]
enum Source {
    #[default]
    Disk,
    Memory(Arc<BTreeMap<PathBuf, Vec<u8>>>),
    Reader(Arc<ReadFile>),
}

type ReadFile = dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync;

impl Files {
    /// The files of this machine.
    #[must_use]
    pub fn disk() -> Self {
        Self(Source::Disk)
    }

    /// These files, by their paths, and no others.
    pub fn of<P: Into<PathBuf>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self(Source::Memory(Arc::new(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect())))
    }

    /// Files as a function gives them: their content by their path.
    pub fn reader(read: impl Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Source::Reader(Arc::new(read)))
    }

    /// Whether reading can take time, as a file system over a network does.
    #[cfg(feature = "chain")]
    pub(crate) fn may_block(&self) -> bool {
        !matches!(self.0, Source::Memory(_))
    }

    /// A whole text file of at most so many bytes; `None` where there is no file.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::UnreadableFile`], with its path, for a file without permission to read, a directory, anything else that is
    /// not a regular file (a pipe, a device), a file that is not UTF-8, and one that is larger. `/dev/null` is an empty file.
    pub fn read(&self, path: &Path, max_bytes: u64) -> Result<Option<Zeroizing<String>>, ConfigError> {
        let shown = path.display().to_string();
        self.read_as(path, &shown, max_bytes)
    }

    /// Puts a file in the place of another, whole, for its owner's eyes alone; given files stay as they are.
    #[cfg(feature = "sso")]
    pub(crate) fn write_secret(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        use std::io::Write as _;

        if !matches!(self.0, Source::Disk) {
            return Ok(());
        }
        let beside = path.with_extension(format!("{:016x}.tmp", fastrand::u64(..)));
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&beside).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()?;
            std::fs::rename(&beside, path)
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
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
            // A home such as /dev/null says that there are no files.
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
                // The cause is left out: it would hold what was read.
                Err(unreadable(&format!("is not UTF-8 in line {line}")).at(path, Some(line)))
            }
        }
    }
}

/// Neither a file nor a directory: reading it can wait for ever, or change what it stands for.
#[derive(Debug)]
struct NotRegular(&'static str);

impl fmt::Display for NotRegular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is {}", self.0)
    }
}

impl std::error::Error for NotRegular {}

/// One byte more than may be, so that a longer file shows.
fn read_disk(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    // How people switch a shared file off. It never blocks.
    if cfg!(unix) && path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    // Before it is opened: opening a pipe waits for its writer, and opening a device can do anything.
    check_regular(&std::fs::metadata(path)?)?;
    let mut options = std::fs::File::options();
    options.read(true);
    // In between, a pipe may have taken its place.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, O_NONBLOCK);
    let file = options.open(path)?;
    check_regular(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens without waiting for anybody; 0 where its value is not known here. It changes nothing for regular files.
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
        f.write_str(if matches!(self.0, Source::Disk) { "Files(disk)" } else { "Files(given)" })
    }
}

/// How paths are written and where a home is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Platform {
    /// Linux, macOS and their like.
    Unix,
    /// Windows.
    Windows,
}

impl Platform {
    /// This one.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(windows) { Self::Windows } else { Self::Unix }
    }

    /// `HOME`; on Windows else `USERPROFILE`, else `HOMEDRIVE` and `HOMEPATH`.
    fn home(self, variable: &impl Fn(&str) -> Option<String>) -> Option<String> {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let windows = || match self {
            Self::Unix => None,
            Self::Windows => get("USERPROFILE").or_else(|| Some(get("HOMEDRIVE")? + &get("HOMEPATH")?)),
        };
        get("HOME").or_else(windows)
    }

    /// What follows `~/`.
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

/// A path, and how an error writes it: a home stays `~`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    shown: PathBuf,
    /// `None` where it is below a home and nobody says where that is.
    path: Option<PathBuf>,
}

impl Location {
    /// The place that a text says, with `~/` for the home that the variables say.
    pub fn of(text: &str, platform: Platform, variable: impl Fn(&str) -> Option<String>) -> Self {
        let path = match platform.below_home(text) {
            Some(below) => platform.home(&variable).map(|home| platform.join(&home, below)),
            None => Some(text.into()),
        };
        Self { shown: text.into(), path }
    }

    /// The path; `None` where it is below a home and nobody says where that is.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The text of the file; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`Files::read`].
    pub fn read(&self, files: &Files, max_bytes: u64) -> Result<Option<Zeroizing<String>>, ConfigError> {
        let Some(path) = &self.path else { return Ok(None) };
        files.read_as(path, &self.to_string(), max_bytes)
    }

    /// The path, or what was said of it.
    pub(super) fn shown_path(&self) -> &Path {
        self.path.as_deref().unwrap_or(&self.shown)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shown.display())
    }
}

/// Where the two shared configuration files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    config: Location,
    credentials: Location,
}

impl Locations {
    /// `AWS_CONFIG_FILE` or `~/.aws/config`, `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`.
    pub fn find(platform: Platform, variable: impl Fn(&str) -> Option<String>) -> Self {
        let location = |name: &str, usual: &str| {
            let said = variable(name).filter(|path| !path.is_empty());
            Location::of(said.as_deref().unwrap_or(usual), platform, &variable)
        };
        Self {
            config: location("AWS_CONFIG_FILE", "~/.aws/config"),
            credentials: location("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        }
    }

    /// The config file.
    #[must_use]
    pub fn config(&self) -> &Location {
        &self.config
    }

    /// The credentials file.
    #[must_use]
    pub fn credentials(&self) -> &Location {
        &self.credentials
    }
}

/// The usual places below a home that nobody named.
impl Default for Locations {
    fn default() -> Self {
        Self::find(Platform::Unix, |_| None)
    }
}
