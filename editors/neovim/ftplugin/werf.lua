-- On top of what the runtime sets for YAML.

if vim.b.did_ftplugin_werf then
  return
end
vim.b.did_ftplugin_werf = true

vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.bo.commentstring = '# %s'
