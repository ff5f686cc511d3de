//! nameit-datamining
