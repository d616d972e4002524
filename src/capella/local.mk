# capella
