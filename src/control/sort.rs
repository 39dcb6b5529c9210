//! Sort orders and sort keys of lists.

use crate::shape::open_enum;

open_enum! {
    /// The order of a sorted list.
    pub enum SortOrder {
        /// The lowest or oldest item is first.
        Ascending = "Ascending",
        /// The highest or newest item is first.
        Descending = "Descending",
    }

    /// The key that a list of jobs is sorted by.
    pub enum SortJobsBy {
        /// Sorts by the time when the jobs were created.
        CreationTime = "CreationTime",
    }

    /// The key that a list of models is sorted by.
    pub enum SortModelsBy {
        /// Sorts by the time when the models were created.
        CreationTime = "CreationTime",
    }

    /// The key that a list of Provisioned Throughputs is sorted by.
    pub enum SortByProvisionedModels {
        /// Sorts by the time when the Provisioned Throughputs were created.
        CreationTime = "CreationTime",
    }
}
